import { formatNumber } from '../numbers/format.js';

/** One bar: a number with its name and, where it has one, its uncertainty. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly error?: number;
}

/** A bar in words: its number and its uncertainty. */
export function barWords({ value, error }: Bar): string {
  return error === undefined || Number.isNaN(error)
    ? formatNumber(value)
    : `${formatNumber(value)} ± ${formatNumber(error)}`;
}
