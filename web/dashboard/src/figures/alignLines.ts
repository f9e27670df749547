import type { LineSpec } from './lineSpec.js';
import { isPlaced } from './lineSpec.js';

/** A value, an explicit gap (null), or nothing recorded at this x (undefined), as uPlot tells them apart. */
export type AlignedValue = number | null | undefined;

/** The columns that uPlot draws: one ascending x for all series. */
export interface AlignedLines {
  readonly x: number[];
  readonly y: AlignedValue[][];
}

/**
 * Brings series with their own x values onto one; zeros of a log axis and non-finite values become gaps. Values of a
 * log axis become their exponents of ten: uPlot's own log scale drops its ticks beyond 17 digits, gradients do not.
 */
export function alignLines(spec: LineSpec): AlignedLines {
  const [only] = spec.series;
  const shared = only !== undefined && spec.series.every((series) => sameX(series.x, only.x));
  const x = shared ? Array.from(only.x) : unionOf(spec);
  const place = shared ? null : new Map(x.map((value, index) => [value, index]));
  const y = spec.series.map((series) => {
    const column: AlignedValue[] = new Array<AlignedValue>(x.length).fill(undefined);
    for (let i = 0; i < series.x.length; i++) {
      const at = place === null ? i : place.get(series.x[i] ?? NaN);
      const value = series.y[i] ?? NaN;
      if (at !== undefined) column[at] = isPlaced(value, spec.log) ? (spec.log ? Math.log10(value) : value) : null;
    }
    return column;
  });
  return { x, y };
}

function sameX(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  return a === b || (a.length === b.length && Array.from(a).every((value, i) => value === b[i]));
}

function unionOf(spec: LineSpec): number[] {
  const all = new Set<number>();
  for (const series of spec.series) for (let i = 0; i < series.x.length; i++) all.add(series.x[i] ?? NaN);
  return [...all].sort((a, b) => a - b);
}
