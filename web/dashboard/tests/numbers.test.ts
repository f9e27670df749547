import { describe, expect, it } from 'vitest';
import texts from '../../../tests/Shared/number-texts.json' with { type: 'json' };
import { formatCountOf, formatGrouped, formatNumber, formatShare, powerOfTen } from '../src/numbers/format.js';
import { floatsFromBase64, toColumn } from '../src/numbers/parse.js';
import { appendSeries, smooth, thinSeries, valueAt } from '../src/numbers/stepSeries.js';
import { linearTicks, logTicks } from '../src/numbers/ticks.js';

const seriesOf = (values: readonly number[]): { metric: string; steps: Float64Array; values: Float64Array } => ({
  metric: 'm',
  steps: Float64Array.from(values, (_, i) => i),
  values: Float64Array.from(values),
});

describe('ticks', () => {
  it('of a log axis are powers of ten, thinned evenly', () => {
    expect(logTicks(1e-6, 1, 8)).toEqual([1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1]);
    expect(logTicks(1e-6, 1, 4).map(Math.log10)).toEqual([-6, -4, -2, 0]);
    expect(logTicks(3e-20, 2, 5).length).toBeLessThanOrEqual(5);
  });
  it('of a short log axis are round numbers inside it', () => {
    const ticks = logTicks(0.4, 2.5, 6);
    expect(ticks).toContain(1);
    expect(ticks.length).toBeGreaterThan(2);
    expect(ticks.every((tick) => tick >= 0.4 && tick <= 2.5)).toBe(true);
  });
  it('do not exist for an axis that cannot be logarithmic', () => expect(logTicks(0, 1)).toEqual([]));
  it('of a linear axis are round', () => {
    expect(linearTicks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(linearTicks(0.1, 0.7, 6)).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
    expect(linearTicks(5, 5)).toEqual([5]);
  });
});

describe('numbers in words', () => {
  // NumberText of the terminal is held to the same list.
  it('are those of the terminal', () => {
    expect(texts.length).toBeGreaterThan(20);
    expect(texts.map(({ value }) => formatNumber(typeof value === 'string' ? Number(value) : value))).toEqual(
      texts.map(({ of }) => of),
    );
  });
  it.each([0, -0.5, 7, 999, 1000, -1000, 12345, 100_000, 1234567.891, 0.1 + 0.2, 1234.5, 20.0004, 1e15])(
    'mark thousands as the language tables do: %s',
    (value) => expect(formatGrouped(value)).toBe(value.toLocaleString('en-US')),
  );
  it('name powers of ten', () => expect(powerOfTen(-12)).toBe('10⁻¹²'));
  it('count in words', () =>
    expect([0, 1, 1200].map((count) => formatCountOf(count, 'step'))).toEqual(['0 steps', '1 step', '1,200 steps']));
  it('name shares as the terminal does', () => {
    const shares = texts.flatMap(({ value, share }) => (share === undefined ? [] : [{ value: Number(value), share }]));
    expect(shares.length).toBeGreaterThan(10);
    expect(shares.map(({ value }) => formatShare(value))).toEqual(shares.map(({ share }) => share));
  });
});

describe('columns', () => {
  it('keep what is not finite', () =>
    expect([...toColumn([1, 'NaN', 'Infinity', '-Infinity', null])]).toEqual([1, NaN, Infinity, -Infinity, NaN]));
  it('are read from base64', () => {
    const bytes = new Uint8Array(Float32Array.of(1.5, -2, NaN).buffer);
    expect([...floatsFromBase64(btoa(String.fromCharCode(...bytes)))]).toEqual([1.5, -2, NaN]);
  });
  it('hold the value of the newest step at or before one', () => {
    const series = { metric: 'm', steps: Float64Array.of(10, 20), values: Float64Array.of(1, 2) };
    expect([9, 10, 19, 25].map((step) => valueAt(series, step))).toEqual([null, 1, 1, 2]);
  });
  it('grow by newer points alone', () => {
    const grown = appendSeries(seriesOf([1, 2]), [1, 2, 3], [9, 3, 4]);
    expect([...grown.steps]).toEqual([0, 1, 2, 3]);
    expect([...grown.values]).toEqual([1, 2, 3, 4]);
  });
});

describe('thinning', () => {
  const values = Array.from({ length: 10_000 }, (_, i) => Math.sin(i / 50));
  values[4321] = 50;
  values[7777] = -50;
  values[9000] = NaN;
  const thin = thinSeries(seriesOf(values), 500);

  it('keeps extremes, NaN, first and last, at their own steps', () => {
    for (const step of [0, 4321, 7777, 9000, 9999]) expect(thin.steps).toContain(step);
    expect(valueAt(thin, 4321)).toBe(50);
    expect(valueAt(thin, 7777)).toBe(-50);
    expect(valueAt(thin, 9000)).toBeNaN();
  });
  it('invents no point and stays in order', () => {
    expect(thin.steps.length).toBeLessThanOrEqual(510);
    thin.steps.forEach((step, i) => {
      expect(thin.values[i]).toBe(values[step]);
      if (i > 0) expect(step).toBeGreaterThan(thin.steps[i - 1] ?? Infinity);
    });
  });
  it('leaves short series alone', () => expect(thinSeries(seriesOf([1, 2, 3]), 500).values.length).toBe(3));
});

describe('smoothing', () => {
  it('of 0 is none', () => {
    const values = Float64Array.of(1, 5, 2);
    expect(smooth(values, 0)).toBe(values);
  });
  it('starts without bias and keeps a constant', () =>
    expect([...smooth(Float64Array.of(3, 3, 3), 0.9)].every((value) => Math.abs(value - 3) < 1e-12)).toBe(true));
  it('is the weighted mean of what came before', () =>
    expect(smooth(Float64Array.of(0, 1), 0.5)[1]).toBeCloseTo(2 / 3, 12));
  it('leaves NaN where it is', () => expect([...smooth(Float64Array.of(2, NaN, 2), 0.5)]).toEqual([2, NaN, 2]));
});
