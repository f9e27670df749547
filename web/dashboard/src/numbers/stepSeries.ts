/** One metric over the steps of a run, stored as columns so that a chart can draw it without reshaping. */
export interface StepSeries {
  readonly metric: string;
  readonly steps: Float64Array;
  readonly values: Float64Array;
}

/** A series without points. */
export function emptySeries(metric: string): StepSeries {
  return { metric, steps: new Float64Array(0), values: new Float64Array(0) };
}

/** Appends the points that are newer than the series' last step. */
export function appendSeries(series: StepSeries, steps: ArrayLike<number>, values: ArrayLike<number>): StepSeries {
  const newest = series.steps.at(-1) ?? -Infinity;
  let from = 0;
  while (from < steps.length && (steps[from] ?? -Infinity) <= newest) from++;
  const added = Math.min(steps.length, values.length) - from;
  if (added <= 0) return series;
  const length = series.steps.length;
  const allSteps = new Float64Array(length + added);
  const allValues = new Float64Array(length + added);
  allSteps.set(series.steps);
  allValues.set(series.values);
  for (let i = 0; i < added; i++) {
    allSteps[length + i] = steps[from + i] ?? NaN;
    allValues[length + i] = values[from + i] ?? NaN;
  }
  return { metric: series.metric, steps: allSteps, values: allValues };
}

/**
 * Thins a series to about `most` points: of each bucket the smallest and the largest value stay, at their own steps,
 * and every bucket with a value that is not finite keeps the first of those too. First and last point always stay.
 */
export function thinSeries(series: StepSeries, most: number): StepSeries {
  const { steps, values } = series;
  const length = steps.length;
  if (length <= most || most < 4) return series;
  const buckets = Math.floor(most / 2);
  const kept = new Set<number>([0, length - 1]);
  for (let bucket = 0; bucket < buckets; bucket++) {
    const start = Math.floor((bucket * length) / buckets);
    const end = Math.floor(((bucket + 1) * length) / buckets);
    let low = -1;
    let high = -1;
    for (let i = start; i < end; i++) {
      const value = values[i] ?? NaN;
      if (!Number.isFinite(value)) {
        if (i === start || Number.isFinite(values[i - 1] ?? NaN)) kept.add(i);
        continue;
      }
      if (low < 0 || value < (values[low] ?? Infinity)) low = i;
      if (high < 0 || value > (values[high] ?? -Infinity)) high = i;
    }
    if (low >= 0) kept.add(low);
    if (high >= 0) kept.add(high);
  }
  const order = [...kept].sort((a, b) => a - b);
  return {
    metric: series.metric,
    steps: Float64Array.from(order, (i) => steps[i] ?? NaN),
    values: Float64Array.from(order, (i) => values[i] ?? NaN),
  };
}

/** The index of the last entry that is at most `step`; −1 before the first. */
export function indexAt(steps: ArrayLike<number>, step: number): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle] ?? Infinity) <= step) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The value that held at a step: the newest one recorded at or before it. */
export function valueAt(series: StepSeries | undefined, step: number): number | null {
  if (series === undefined) return null;
  const index = indexAt(series.steps, step);
  return index < 0 ? null : (series.values[index] ?? null);
}

/**
 * Exponential smoothing with the start's bias removed (Kingma & Ba 2015, section 3). 0 returns the values themselves;
 * a value that is not finite stays where it is and does not enter the mean.
 */
export function smooth(values: Float64Array, weight: number): Float64Array {
  if (!(weight > 0)) return values;
  const smoothed = new Float64Array(values.length);
  let mean = 0;
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN;
    if (!Number.isFinite(value)) {
      smoothed[i] = value;
      continue;
    }
    count++;
    mean = weight * mean + (1 - weight) * value;
    smoothed[i] = mean / (1 - weight ** count);
  }
  return smoothed;
}
