import type { RunEvent } from '../api/types.js';
import { toColumn, type JsonNumber } from '../numbers/parse.js';
import { valueAt } from '../numbers/stepSeries.js';
import type { ComparedRun } from '../words/comparison.js';
import type { ReachNumbers } from '../words/reach.js';
import { payloadOf } from '../words/verdict.js';
import type { SeriesMap } from './liveMerge.js';
import type { RunData } from './runData.svelte.js';

/** The scalars that both numbers are recorded in. */
export const reachMetrics = {
  context: 'effective-context',
  contextLimit: 'effective-context-limit',
  reach: 'gradient-reach',
  lower: 'gradient-reach-lower',
  upper: 'gradient-reach-upper',
  reachLimit: 'gradient-reach-limit',
  growth: 'gradient-growth',
} as const;

/** How far back the inputs lie that an answer of a task needs, over many sequences. */
export interface Dependency {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

/** The curves that are measured at the last step. */
export interface ReachCurves {
  /** What a lag counts: timesteps or characters. */
  readonly unit: string;
  /** Which rise of the loss counts. */
  readonly rule: string;
  /** Lags with the rise of the loss at each, and its standard error; empty where no context was measured. */
  readonly lags: Float64Array;
  readonly rise: Float64Array;
  readonly error: Float64Array;
  /** The gradient's norm at lag 0, 1, …; empty where no reach was measured. */
  readonly profile: Float64Array;
}

/** Both numbers as they were at a step. */
export function reachAt(series: SeriesMap, step: number): ReachNumbers {
  const at = (metric: string): number | null => valueAt(series.get(metric), step);
  const growth = at(reachMetrics.growth);
  const grows = growth !== null && growth > 1;
  return {
    context: at(reachMetrics.context),
    contextLimit: at(reachMetrics.contextLimit),
    reach: grows ? null : at(reachMetrics.reach),
    reachLimit: at(reachMetrics.reachLimit),
    growth: grows ? growth : null,
  };
}

/** What a lag of a run counts. */
export function lagUnit(task: string): 'timestep' | 'character' {
  return task === 'text' || task === 'sentences' ? 'character' : 'timestep';
}

/** How far back an answer's inputs lie; null of a text, and of a run from before this was recorded. */
export function dependencyOf(events: readonly RunEvent[]): Dependency | null {
  const event = events.find((one) => one.title === 'Dependency');
  const payload = event === undefined ? null : payloadOf(event);
  const [low, median, high] = ['low', 'median', 'high'].map((name) => payload?.[name]);
  return typeof low === 'number' && typeof median === 'number' && typeof high === 'number'
    ? { low, median, high }
    : null;
}

/** The curves of a run's last step; null before it. */
export function curvesOf(events: readonly RunEvent[]): ReachCurves | null {
  const event = events.findLast((one) => one.title === 'Effective context');
  const payload = event === undefined ? null : payloadOf(event);
  if (payload === null) return null;
  const curve = (payload['curve'] ?? []) as readonly (readonly JsonNumber[])[];
  return {
    unit: String(payload['unit'] ?? 'timesteps'),
    rule: String(payload['rule'] ?? ''),
    lags: toColumn(curve.map((point) => point[0] ?? null)),
    rise: toColumn(curve.map((point) => point[1] ?? null)),
    error: toColumn(curve.map((point) => point[2] ?? null)),
    profile: toColumn((payload['profile'] ?? []) as readonly JsonNumber[]),
  };
}

/** Whether either number is known. */
export function isMeasured(numbers: ReachNumbers): boolean {
  return numbers.context !== null || numbers.reach !== null || numbers.growth !== null;
}

/** One run of a comparison, as it was at a step. */
export function comparedRun(run: RunData, name: string, step: number): ComparedRun {
  const configuration = run.detail?.configuration ?? {};
  const task = run.detail?.task ?? '';
  const of = (key: string): unknown => configuration[key] ?? null;
  return {
    ...reachAt(run.series, step),
    name,
    unit: lagUnit(task),
    task,
    data: JSON.stringify(dataSettings.map(of)),
    step: run.newest,
    loss: valueAt(run.series.get('validation-loss'), step),
    success: valueAt(run.series.get('validation-success'), step),
  };
}

/** The settings that say what a run's data is made of. */
const dataSettings = ['task', 'taskOptions', 'textPath', 'sentenceCharacters', 'sequenceLength', 'unknownSymbol'];
