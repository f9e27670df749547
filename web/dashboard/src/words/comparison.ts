import { formatCount } from '../numbers/format.js';
import { everyLoss } from './opening.js';

/** One run of a comparison. */
export interface ComparedRun {
  readonly name: string;
  readonly horizon: number | null;
  readonly timesteps: number;
}

/** Who sees how far back, in one sentence. */
export function comparisonSentence(runs: readonly ComparedRun[], step: number): string {
  const known = runs.filter((run) => run.horizon !== null && Number.isFinite(run.horizon));
  const sorted = [...known].sort((a, b) => (b.horizon ?? 0) - (a.horizon ?? 0));
  const [best] = sorted;
  if (best === undefined) return `${runs.length} runs side by side.`;
  const parts = sorted.map((run) => `${run.name} ${formatCount(run.horizon ?? 0)}`);
  const list = parts.length === 1 ? parts[0] ?? '' : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
  if (known.every((run) => (run.horizon ?? 0) >= run.timesteps - 1)) {
    return `At step ${formatCount(step)} the total gradient stays above 1 % of its last value over all timesteps: ${list}. ${everyLoss}`;
  }
  return `At step ${formatCount(step)} the gradient reaches this many timesteps back: ${list}.`;
}
