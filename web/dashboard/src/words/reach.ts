import { formatNumber } from '../numbers/format.js';

/** Effective context and gradient reach as measured at one step. */
export interface ReachNumbers {
  /** The effective context in timesteps or characters; null where it was not measured. */
  readonly context: number | null;
  /** The largest lag that was asked for. */
  readonly contextLimit: number | null;
  /** The gradient reach; null where it was not measured, or the gradient grows. */
  readonly reach: number | null;
  /** The largest lag that can be measured. */
  readonly reachLimit: number | null;
  /** The factor per timestep by which the gradient grows; null where it does not. */
  readonly growth: number | null;
}

/** Whether a number is as large as could be seen, so that it is at least so large. */
export function isAtLeast(number: number | null, limit: number | null): boolean {
  return number !== null && limit !== null && number >= limit;
}

/** An effective context: "12", "≥ 180" where more was not measured. ReachText.OfContext in C# writes the same. */
export function contextText({ context, contextLimit }: ReachNumbers): string {
  return lagText(context, contextLimit);
}

/** A gradient reach: "12", "≥ 49" for a whole sequence, or how fast it grows. ReachText.OfReach does the same. */
export function reachText({ reach, reachLimit, growth }: ReachNumbers): string {
  return growth === null ? lagText(reach, reachLimit) : growthText(growth);
}

/** How fast a gradient grows on its way back. */
export function growthText(growth: number): string {
  return `grows ×${formatNumber(growth)} per timestep`;
}

/** A gradient reach where there is little room: of "grows ×1.6 per timestep" the factor. */
export function shortReach(text: string): string {
  return text.replace(/^grows (×\S+) per timestep$/, '$1');
}

/** How far back an answer's inputs lie: "26 to 48", "8" where all answers need the same. */
export function needText({ low, high }: { readonly low: number; readonly high: number }): string {
  return low === high ? formatNumber(low) : `${formatNumber(low)} to ${formatNumber(high)}`;
}

function lagText(lag: number | null, limit: number | null): string {
  return `${isAtLeast(lag, limit) ? '≥ ' : ''}${formatNumber(lag)}`;
}
