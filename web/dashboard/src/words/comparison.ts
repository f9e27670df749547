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

/** Above this share of right answers, what is left of the gradient comes from few sequences. */
const learned = 0.95;

/** Who predicts best, and how far back each gradient reaches, in a sentence or two. */
export function comparisonSentence(runs: readonly ComparedRun[], step: number): string {
  const known = runs.filter((run) => run.horizon !== null && Number.isFinite(run.horizon));
  const sorted = [...known].sort((a, b) => (b.horizon ?? 0) - (a.horizon ?? 0));
  if (sorted.length === 0) return `${runs.length} runs side by side.`;
  const ofAnswer = known.every((run) => run.ofAnswer === true);
  const gradient = ofAnswer ? 'the gradient of the last answer' : 'the total gradient';
  const at = `At step ${formatCount(step)} `;
  if (!ofAnswer && known.every((run) => (run.horizon ?? 0) >= run.timesteps - 1)) {
    const names = listed(sorted.map((run) => run.name));
    return `${at}${gradient} stays above 1 % of its last value over all timesteps: ${names}. ${everyLoss}`;
  }
  const [farthest, ...others] = sorted.map((run) => ({ name: run.name, back: formatCount(run.horizon ?? 0) }));
  const best = results(runs);
  const places = [
    `${farthest?.back} timesteps back in ${farthest?.name}`,
    ...others.map(({ name, back }) => `${back} in ${name}`),
  ];
  const reaches = `${gradient} reaches ${listed(places)}.`;
  return best === '' ? `${at}${reaches}` : `${at}${best}. ${reaches.charAt(0).toUpperCase()}${reaches.slice(1)}`;
}

/** What a reader must know where a network has learned its task; null where none has. */
export function comparisonNote(runs: readonly ComparedRun[]): string | null {
  return runs.some((run) => (run.success ?? 0) >= learned)
    ? 'A gradient shows what is still being learned, and not what is remembered. Where nearly every answer is right, ' +
        'little of it is left, and how far it reaches says little: compare earlier steps.'
    : null;
}

/** The best one first: by right answers where all have them, else by loss; empty where there is nothing to compare. */
function results(runs: readonly ComparedRun[]): string {
  if (runs.length > 1 && runs.every((run) => isFinite(run.success))) {
    const sorted = [...runs].sort((a, b) => (b.success ?? 0) - (a.success ?? 0));
    const shares = sorted.map((run, i) => `${run.name}${i === 0 ? ' gives' : ''} ${formatShare(run.success ?? NaN)}`);
    return `${listed(shares)} right answers`;
  }
  const validated = runs.filter((run) => isFinite(run.loss)).sort((a, b) => (a.loss ?? 0) - (b.loss ?? 0));
  return validated.length < 2
    ? ''
    : `the validation loss is ${listed(validated.map((run) => `${formatNumber(run.loss ?? NaN)} for ${run.name}`))}`;
}

function isFinite(value: number | null | undefined): boolean {
  return typeof value === 'number' && Number.isFinite(value);
}

function listed(parts: readonly string[]): string {
  return parts.length === 1 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
