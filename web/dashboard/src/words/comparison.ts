import { formatCount, formatNumber, formatShare } from '../numbers/format.js';
import { everyLoss } from './opening.js';

/** One run of a comparison. */
export interface ComparedRun {
  readonly name: string;
  readonly horizon: number | null;
  readonly timesteps: number;
  /** Whether the horizon is that of the last answer alone, and not of the total gradient. */
  readonly ofAnswer?: boolean;
  /** Validation loss; null before the first. */
  readonly loss?: number | null;
  /** Share of right answers on held-out sequences, where the task has one. */
  readonly success?: number | null;
}

/** Who sees how far back, and who predicts best, in a sentence or two. */
export function comparisonSentence(runs: readonly ComparedRun[], step: number): string {
  const known = runs.filter((run) => run.horizon !== null && Number.isFinite(run.horizon));
  const sorted = [...known].sort((a, b) => (b.horizon ?? 0) - (a.horizon ?? 0));
  if (sorted.length === 0) return `${runs.length} runs side by side.`;
  const reaches = listed(sorted.map((run) => `${run.name} ${formatCount(run.horizon ?? 0)}`));
  const ofAnswer = known.every((run) => run.ofAnswer === true);
  if (!ofAnswer && known.every((run) => (run.horizon ?? 0) >= run.timesteps - 1)) {
    return `At step ${formatCount(step)} the total gradient stays above 1 % of its last value over all timesteps: ${reaches}. ${everyLoss}`;
  }
  const what = ofAnswer ? 'the gradient of the last answer reaches' : 'the gradient reaches';
  return `At step ${formatCount(step)} ${what} this many timesteps back: ${reaches}.${results(runs)}`;
}

/** The best one first: by right answers where all have them, else by loss. */
function results(runs: readonly ComparedRun[]): string {
  if (runs.length > 1 && runs.every((run) => isFinite(run.success))) {
    const sorted = [...runs].sort((a, b) => (b.success ?? 0) - (a.success ?? 0));
    return ` Right answers: ${listed(sorted.map((run) => `${run.name} ${formatShare(run.success ?? NaN)}`))}.`;
  }
  const validated = runs.filter((run) => isFinite(run.loss)).sort((a, b) => (a.loss ?? 0) - (b.loss ?? 0));
  return validated.length < 2 ? '' : ` Validation loss: ${listed(validated.map((run) => `${run.name} ${formatNumber(run.loss ?? NaN)}`))}.`;
}

function isFinite(value: number | null | undefined): boolean {
  return typeof value === 'number' && Number.isFinite(value);
}

function listed(parts: readonly string[]): string {
  return parts.length === 1 ? parts[0] ?? '' : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
