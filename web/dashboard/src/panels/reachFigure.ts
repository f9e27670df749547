import type { LineBand, LineNote, LineSeries, LineSpec } from '../figures/lineSpec.js';
import { csvTable } from '../export/csv.js';
import { formatNumber } from '../numbers/format.js';
import type { SeriesMap } from '../state/liveMerge.js';
import { reachAt, reachMetrics, type Dependency } from '../state/reach.js';
import { contextText, growthText, isAtLeast, needText, reachText } from '../words/reach.js';
import { runDash, seriesColour } from './linePanel.js';

/** One run of the picture. */
export interface ReachRun {
  readonly name: string;
  readonly series: SeriesMap;
  /** How far back its answers' inputs lie; null of a text. */
  readonly dependency: Dependency | null;
}

/** More bands than these cover each other and say nothing. */
const mostBands = 4;

const needColour = '--series-3';
const contextColour = '--series-1';
const reachColour = '--series-2';

/** Both numbers of some runs over the steps, and what an answer needs; without the scrubber's mark. */
export function reachSpec(runs: readonly ReachRun[], unit: string): LineSpec {
  const parts = runs.map((run, i) => partsOf(run, i, runs.length > 1));
  const need = needParts(runs);
  return {
    xLabel: 'step',
    yLabel: `lag (${unit}s)`,
    log: false,
    series: [...need.series, ...parts.flatMap((part) => part.series)],
    bands: [...need.bands, ...(runs.length > mostBands ? [] : parts.flatMap((part) => part.bands))],
    notes: parts.flatMap((part) => part.notes),
  };
}

/** Every measurement of the picture, one per row; a number that was not measured is an empty field. */
export function reachCsv(about: readonly string[], runs: readonly ReachRun[]): string {
  const names = Object.values(reachMetrics);
  const needs = runs.map((run) => run.dependency);
  return csvTable(
    about,
    ['run', 'step', ...names, 'needed-low', 'needed-median', 'needed-high'],
    runs.flatMap((run, i) => {
      const need = needs[i];
      return stepsOf(run.series).map((step) => [
        run.name,
        step,
        ...names.map((name) => exactly(run.series, name, step) ?? ''),
        need?.low ?? '',
        need?.median ?? '',
        need?.high ?? '',
      ]);
    }),
  );
}

interface Parts {
  readonly series: LineSeries[];
  readonly bands: LineBand[];
  readonly notes: LineNote[];
}

function partsOf(run: ReachRun, index: number, several: boolean): Parts {
  const prefix = several ? `${run.name}: ` : '';
  const colours = several ? [seriesColour(index), seriesColour(index)] : [contextColour, reachColour];
  const [ofContext = '', ofReach = ''] = colours;
  const context = run.series.get(reachMetrics.context);
  const steps = stepsOf(run.series).filter((step) => reachText(numbersAt(run, step)) !== '–');
  const all = steps.map((step) => numbersAt(run, step));
  const series: LineSeries[] = [];
  const bands: LineBand[] = [];
  if (context !== undefined) {
    series.push({
      label: `${prefix}effective context`,
      x: context.steps,
      y: context.values,
      colour: ofContext,
      ...(several ? runDash(index, false) : {}),
      width: 2.25,
      points: true,
      stepped: true,
      write: (step) => contextText(numbersAt(run, step)),
    });
  }
  if (steps.length > 0) {
    series.push({
      label: `${prefix}gradient reach`,
      x: steps,
      y: all.map((one) => one.reach ?? NaN),
      colour: ofReach,
      ...(several ? runDash(index, true) : {}),
      gaps: true,
      write: (step) => reachText(numbersAt(run, step)),
    });
    const quartile = (name: string): number[] =>
      all.map((one, i) => (one.reach === null ? NaN : (exactly(run.series, name, steps[i] ?? NaN) ?? NaN)));
    bands.push({
      label: `${prefix}gradient reach, quartiles`,
      x: steps,
      low: quartile(reachMetrics.lower),
      high: quartile(reachMetrics.upper),
      colour: ofReach,
      quiet: true,
    });
  }
  return { series, bands, notes: notesOf(run, several ? run.name : '', ofContext, ofReach) };
}

/** "≥" where a number sits at its limit, and how fast the gradient grows where it does. */
function notesOf(run: ReachRun, name: string, ofContext: string, ofReach: string): LineNote[] {
  const notes: LineNote[] = [];
  let said = '';
  for (const step of stepsOf(run.series)) {
    const one = numbersAt(run, step);
    if (isAtLeast(one.context, one.contextLimit)) notes.push({ x: step, y: one.context, text: '≥', colour: ofContext });
    if (isAtLeast(one.reach, one.reachLimit)) {
      const below = one.reach === one.context;
      notes.push({ x: step, y: one.reach, text: '≥', colour: ofReach, below });
    }
    if (one.growth !== null) {
      // Said once for as long as it does not change; the sign stands at every measurement.
      const words = `${name === '' ? '' : `${name} `}${growthText(one.growth)}`;
      notes.push({ x: step, y: null, text: words === said ? '▲' : `▲ ${words}`, colour: ofReach });
      said = words;
    } else {
      said = '';
    }
  }
  return notes;
}

/** One band where all runs need the same; none where they differ, as then each run has a task of its own. */
function needParts(runs: readonly ReachRun[]): { series: LineSeries[]; bands: LineBand[] } {
  const need = runs[0]?.dependency ?? null;
  const alike = runs.every(
    ({ dependency }) =>
      dependency?.low === need?.low && dependency?.median === need?.median && dependency?.high === need?.high,
  );
  const steps = runs.flatMap((run) => stepsOf(run.series));
  if (need === null || !alike || steps.length === 0) return { series: [], bands: [] };
  const x = [Math.min(...steps), Math.max(...steps)];
  const colour = runs.length > 1 ? '--muted' : needColour;
  const median = { x, y: [need.median, need.median], colour, dash: [2, 3] as const, width: 1.25 };
  if (need.low === need.high) return { series: [{ ...median, label: 'an answer needs' }], bands: [] };
  return {
    series: [{ ...median, label: 'half of the answers need more than' }],
    bands: [{ label: 'an answer needs', x, low: [need.low, need.low], high: [need.high, need.high], colour }],
  };
}

function numbersAt(run: ReachRun, step: number): ReturnType<typeof reachAt> {
  return reachAt(run.series, step);
}

/** The steps at which either number was measured. */
function stepsOf(series: SeriesMap): number[] {
  const steps = [reachMetrics.context, reachMetrics.growth, reachMetrics.reach].flatMap((name) =>
    Array.from(series.get(name)?.steps ?? []),
  );
  return [...new Set(steps)].sort((a, b) => a - b);
}

function exactly(series: SeriesMap, name: string, step: number): number | null {
  const column = series.get(name);
  const index = column?.steps.indexOf(step) ?? -1;
  return index < 0 ? null : (column?.values[index] ?? null);
}

/** The computed result in words, for readers who cannot see the picture. */
export function reachWords(runs: readonly ReachRun[], step: number, unit: string): string {
  const parts = runs.map((run) => {
    const one = numbersAt(run, step);
    const whose = runs.length > 1 ? `${run.name}: ` : '';
    return `${whose}effective context ${contextText(one)}, gradient reach ${reachText(one)}`;
  });
  const need = runs[0]?.dependency ?? null;
  const needed = need === null ? '' : `; an answer needs ${needText(need)}`;
  return `How far back, in ${unit}s, at step ${formatNumber(step)}: ${parts.join('; ')}${needed}.`;
}
