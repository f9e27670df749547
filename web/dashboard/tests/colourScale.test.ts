import { describe, expect, it } from 'vitest';
import {
  colourOf,
  colourTable,
  inkOn,
  markOf,
  parseColour,
  scaleAround,
  scaleTicks,
  shareOf,
  tableIndex,
  type ColourScale,
} from '../src/figures/colourScale.js';
import { cellAt, paintHeatmap, placeOfStep, specialsOf, stepTicks } from '../src/figures/heatmapPainter.js';
import { appendRows, emptyBlock, type RowBlock } from '../src/numbers/rowBlock.js';

const log: ColourScale = { kind: 'log', low: 1e-6, high: 1 };
const viridisEnds = { low: [68, 1, 84], middle: [33, 145, 140], high: [253, 231, 37] };

function blockOf(rows: readonly (readonly number[])[]): RowBlock {
  const timesteps = Math.max(...rows.map((row) => row.length));
  const max = new Float32Array(rows.length * timesteps).fill(NaN);
  rows.forEach((row, n) => max.set(row, n * timesteps));
  const steps = Float64Array.from(rows, (_, n) => n * 10);
  return { timesteps, first: steps, last: steps, lengths: Int32Array.from(rows, (row) => row.length), max, min: max };
}

function paint(block: RowBlock, width: number, height: number, scale = log): (x: number, y: number) => number[] {
  const data = new Uint8ClampedArray(width * height * 4);
  paintHeatmap({ width, height, data }, block, scale);
  return (x, y) => [...data.slice(4 * (y * width + x), 4 * (y * width + x) + 4)];
}

describe('colours', () => {
  it('of viridis are those of its authors at both ends and in the middle', () => {
    expect(parseColour(colourOf(log, 1e-6))).toEqual(viridisEnds.low);
    expect(parseColour(colourOf(log, 1e-3))).toEqual(viridisEnds.middle);
    expect(parseColour(colourOf(log, 1))).toEqual(viridisEnds.high);
  });

  it('beyond a locked scale are those of its ends', () => {
    expect(colourOf(log, 1e-30)).toBe(colourOf(log, 1e-6));
    expect(colourOf(log, 1e30)).toBe(colourOf(log, 1));
  });

  it('mark zeros of a log scale and values that are not finite', () => {
    expect([0, -1, NaN, Infinity, -Infinity, 1e-45].map((value) => markOf(log, value))).toEqual([
      'zero',
      'zero',
      'nonFinite',
      'nonFinite',
      'nonFinite',
      'value',
    ]);
    expect(markOf({ kind: 'linear', low: 0, high: 1 }, 0)).toBe('value');
    const table = colourTable('log').map(String);
    expect(table).not.toContain(String(parseColour(colourOf(log, 0))));
    expect(table).not.toContain(String(parseColour(colourOf(log, NaN))));
  });

  it.each([log, { kind: 'linear', low: 0, high: 1 }, { kind: 'diverging', low: -1, high: 1 }] as const)(
    'of $kind: the table agrees with the scale',
    (scale) => {
      for (const share of [0, 0.1, 0.37, 0.5, 0.9, 1]) {
        const value =
          scale.kind === 'log'
            ? scale.low * (scale.high / scale.low) ** share
            : scale.low + share * (scale.high - scale.low);
        expect(tableIndex(scale)(value)).toBe(Math.round(shareOf(scale)(value) * 255));
      }
    },
  );

  it('span whole decades around what is there, and ticks are powers of ten', () => {
    expect(scaleAround('log', [[0, NaN, Infinity, 3e-4, 0.2]])).toEqual({ kind: 'log', low: 1e-4, high: 1 });
    expect(scaleAround('log', [[1e-40, 1]])).toEqual({ kind: 'log', low: 1e-12, high: 1 });
    expect(scaleAround('log', [[1e-40, 1]], Infinity).low).toBe(1e-40);
    expect(scaleAround('log', [[]])).toEqual({ kind: 'log', low: 1e-6, high: 1 });
    expect(scaleTicks({ kind: 'log', low: 1e-4, high: 1 })).toEqual([1e-4, 1e-3, 1e-2, 1e-1, 1]);
  });

  it('carry an ink that can be read', () => {
    expect(inkOn('#fde725')).toBe('#000000');
    expect(inkOn('#440154')).toBe('#ffffff');
  });
});

describe('a painted heatmap', () => {
  const block = blockOf([[1e-6, 1], [1e-3, 0], [NaN]]);
  const at = paint(block, 6, 4);

  it('puts step 0 left, timestep 0 at the foot', () => {
    expect(at(0, 3)).toEqual([...viridisEnds.low, 255]);
    expect(at(0, 0)).toEqual([...viridisEnds.high, 255]);
    expect(at(2, 3)).toEqual([...(colourTable('log')[128] ?? []), 255]);
  });

  it('marks zeros grey and NaN red and white, and leaves missing cells empty', () => {
    expect([
      [150, 150, 150, 255],
      [205, 205, 205, 255],
    ]).toContainEqual(at(2, 0));
    expect([
      [214, 24, 56, 255],
      [255, 255, 255, 255],
    ]).toContainEqual(at(4, 3));
    expect(at(4, 0)).toEqual([0, 0, 0, 0]);
  });

  it('knows what it holds beside ordinary values', () => {
    expect(specialsOf(block, log)).toEqual({ zeros: true, nonFinite: true, below: false, above: false });
    expect(specialsOf(block, { kind: 'log', low: 1e-4, high: 0.1 })).toEqual({
      zeros: true,
      nonFinite: true,
      below: true,
      above: true,
    });
  });

  it('finds cells under the pointer and the place of a step', () => {
    expect(cellAt(block, 0.01, 0.99)).toEqual({ column: 0, timestep: 0 });
    expect(cellAt(block, 0.5, 0.01)).toEqual({ column: 1, timestep: 1 });
    expect(cellAt(block, 0.9, 0.01)).toBeNull();
    expect(placeOfStep(block, 10)).toBeCloseTo(0.5, 12);
  });
});

describe('ticks below the columns', () => {
  const rows = (steps: readonly number[]): RowBlock =>
    appendRows(
      emptyBlock(),
      steps.map((step) => ({ step, values: new Float32Array([1]) })),
    );

  it('name recorded steps alone while there are some among the round ones', () => {
    expect(stepTicks(rows([1, 10, 20, 30]), 7)).toEqual([10, 20, 30]);
    expect(stepTicks(rows([1, 2, 3, 4, 5]), 5)).toEqual([1, 2, 3, 4, 5]);
  });

  it('name round steps where none of them was recorded', () => {
    expect(stepTicks(rows([3, 1003, 2003]), 3)).toEqual([1000, 2000]);
  });
});
