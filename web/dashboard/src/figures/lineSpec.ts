import { formatGrouped, formatNumber } from '../numbers/format.js';
import { linearTicks, logTicks } from '../numbers/ticks.js';
import { initialState, timestepName } from '../words/timesteps.js';

/** Lengths of the strokes and the gaps of a dashed line, in pixels. */
export type LineDash = readonly [number, number];

/** One line of a chart. */
export interface LineSeries {
  readonly label: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** A colour of the page: the name of a custom property, such as "--series-1". */
  readonly colour: string;
  readonly width?: number;
  readonly dash?: LineDash;
  /** Drawn thin and pale, behind the others, and left out of the legend. */
  readonly faint?: boolean;
  readonly points?: boolean;
  /** May leave the chart: its values do not stretch the y axis. */
  readonly loose?: boolean;
  /** Each value holds until the next one: what is measured in whole timesteps does not pass what lies between. */
  readonly stepped?: boolean;
  /** What is no number here was not measured: a gap, and no finding. */
  readonly gaps?: boolean;
  /** How the legend writes the value at a place, where that is no plain number. */
  readonly write?: (x: number) => string;
}

/** The area between two lines, pale and behind all lines. */
export interface LineBand {
  readonly label: string;
  readonly x: ArrayLike<number>;
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
  readonly colour: string;
  /** Left out of the legend: the caption says what it is. */
  readonly quiet?: boolean;
}

/** A sign at a value, or words that begin at the chart's head. */
export interface LineNote {
  readonly x: number;
  /** Null for the head of the chart. */
  readonly y: number | null;
  /** At the head the first word is a sign, which also stands where there is no room for the others. */
  readonly text: string;
  readonly colour: string;
  /** Below its value, where another sign stands above. */
  readonly below?: boolean;
}

/** A line chart: everything that decides what it shows, on the screen and in a file. */
export interface LineSpec {
  readonly xLabel: string;
  readonly yLabel: string;
  readonly log: boolean;
  readonly series: readonly LineSeries[];
  readonly bands?: readonly LineBand[];
  readonly notes?: readonly LineNote[];
  /** A logarithmic x axis; every x is above 0. */
  readonly logX?: boolean;
  /** The x value that the scrubber marks. */
  readonly marker?: number | null;
  /** A second, quieter mark: the chosen timestep. */
  readonly mark?: number | null;
  /** Whether x is the timestep, from 0, through which backpropagation runs to the left; −1 is the initial state. */
  readonly backward?: boolean;
  /** Fixed ends of the y axis, for shares. */
  readonly yEnds?: readonly [number, number];
  readonly integerX?: boolean;
}

/** What the values of a chart span, and whether marks for special values are needed. */
export interface LineExtent {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly zeros: boolean;
  readonly nonFinite: boolean;
}

/** Whether a value stands for a measurement that there was not. */
export function isGap(series: LineSeries, value: number): boolean {
  return series.gaps === true && Number.isNaN(value);
}

/** Measures a chart. On a log axis values that are not above 0 count as zeros, beside the axis. */
export function extentOf(spec: LineSpec): LineExtent {
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  let zeros = false;
  let nonFinite = false;
  const reach = (y: number): void => {
    if (y < low) low = y;
    if (y > high) high = y;
  };
  for (const series of spec.series) {
    for (let i = 0; i < series.x.length; i++) {
      const x = series.x[i] ?? NaN;
      const y = series.y[i] ?? NaN;
      if (x < left) left = x;
      if (x > right) right = x;
      if (series.loose === true) continue;
      if (!Number.isFinite(y)) nonFinite ||= !isGap(series, y);
      else if (spec.log && y <= 0) zeros = true;
      else reach(y);
    }
  }
  for (const band of spec.bands ?? []) {
    for (let i = 0; i < band.x.length; i++) {
      for (const y of [band.low[i] ?? NaN, band.high[i] ?? NaN]) if (isPlaced(y, spec.log)) reach(y);
    }
  }
  for (const note of spec.notes ?? []) {
    if (note.x < left) left = note.x;
    if (note.x > right) right = note.x;
  }
  if (!(right > left)) [left, right] = xAround(left, spec.logX === true);
  return { x: [left, right], y: spec.yEnds ?? yEnds(low, high, spec.log), zeros, nonFinite };
}

/** The ends of an x axis around its only value, or around none. */
function xAround(x: number, log: boolean): [number, number] {
  if (log) return Number.isFinite(x) ? [x / 2, x * 2] : [1, 10];
  return Number.isFinite(x) ? [x - 0.5, x + 0.5] : [0, 1];
}

/** The ends of a y axis around some values: with a margin, never empty. */
export function yEnds(low: number, high: number, log: boolean): [number, number] {
  if (!(high >= low)) return log ? [1e-6, 1] : [0, 1];
  if (log) {
    const margin = high === low ? 2 : Math.max(1.1, (high / low) ** 0.05);
    return [low / margin, high * margin];
  }
  if (high === low) return [low - Math.max(0.5, Math.abs(low) * 0.1), high + Math.max(0.5, Math.abs(high) * 0.1)];
  const margin = (high - low) * 0.06;
  return [low >= 0 && low - margin < 0 ? 0 : low - margin, high + margin];
}

/** An x value in a sentence: "step 1,200", "timestep t 3", "initial state". */
export function xSentence(spec: LineSpec, x: number): string {
  return isInitial(spec, x) ? 'initial state' : `${spec.xLabel} ${formatNumber(x)}`;
}

/** An x value in a file. */
export function xField(spec: LineSpec, x: number): string | number {
  return isInitial(spec, x) ? timestepName(x) : x;
}

/** The ticks of the x axis between its ends, about so many; the initial state has one where the axis begins with it. */
export function xTicks(spec: LineSpec, low: number, high: number, about: number): number[] {
  if (spec.logX === true) return logTicks(low, high, about);
  const round = linearTicks(low, high, about);
  const ticks = spec.integerX === false ? round : round.filter(Number.isInteger);
  if (!isInitial(spec, low)) return ticks;
  // Its name is wider than a number: what would stand nearer than half of the usual distance gives way.
  return [low, ...ticks.filter((tick) => tick > low + (high - low) / (2 * about))];
}

/** The text of a tick of the x axis. */
export function xTickText(spec: LineSpec, x: number): string {
  return isInitial(spec, x) ? timestepName(x) : formatGrouped(x);
}

function isInitial(spec: LineSpec, x: number): boolean {
  return spec.backward === true && x === initialState;
}

/** The place of an x value on its axis, between 0 at the left end and 1 at the right one. */
export function xShare(spec: LineSpec, x: number, [left, right]: readonly [number, number]): number {
  return spec.logX === true ? Math.log(x / left) / Math.log(right / left) : (x - left) / (right - left);
}

/** What stands below the x axis; over timesteps it says which way backpropagation runs. */
export function xAxisLabel(spec: LineSpec): string {
  return spec.backward === true ? `← backpropagation      ${spec.xLabel}` : spec.xLabel;
}

/** Whether a value has a place on the chart's y axis. */
export function isPlaced(value: number, log: boolean): boolean {
  return Number.isFinite(value) && (!log || value > 0);
}
