import { describe, expect, it } from 'vitest';
import { lineChartPicture } from '../src/export/lineChartPicture.js';
import { alignLines } from '../src/figures/alignLines.js';
import { placeHeadNotes } from '../src/figures/lineNotes.js';
import { placedRuns } from '../src/figures/linePainter.js';
import { extentOf, xShare, xTicks } from '../src/figures/lineSpec.js';
import { curveSpec, profileSpec } from '../src/panels/reachCurves.js';
import { reachCsv, reachSpec, reachWords } from '../src/panels/reachFigure.js';
import { curvesOf, dependencyOf, reachAt } from '../src/state/reach.js';
import type { RunEvent } from '../src/api/types.js';

const steps = [0, 30, 60];
const series = new Map(
  Object.entries({
    'effective-context': [0, 20, 49],
    'effective-context-limit': [49, 49, 49],
    'gradient-growth': [1, 1.6, 1],
    'gradient-reach-limit': [49, 49, 49],
  })
    .map(([metric, values]) => [metric, steps, values] as const)
    .concat([
      ['gradient-reach', [0, 60], [4, 49]],
      ['gradient-reach-lower', [0, 60], [3, 40]],
      ['gradient-reach-upper', [0, 60], [6, 49]],
    ])
    .map(([metric, at, values]) => [
      metric,
      { metric, steps: Float64Array.from(at), values: Float64Array.from(values) },
    ]),
);
const need = { low: 26, median: 37, high: 48 };
const run = { name: 'LSTM', series, dependency: need };
const colours = { text: '#111', muted: '#555', grid: '#eee', surface: '#fff', colour: (name: string) => name };
const event = (title: string, payload: unknown): RunEvent => ({
  key: title,
  step: 60,
  created: '',
  level: 'information',
  title,
  text: '',
  payload,
});

describe('both numbers at a step', () => {
  it('are the newest, and there is no reach where the gradient grows', () => {
    expect(reachAt(series, 29)).toMatchObject({ context: 0, reach: 4, growth: null });
    expect(reachAt(series, 59)).toMatchObject({ context: 20, reach: null, growth: 1.6 });
    expect(reachAt(new Map(), 9)).toMatchObject({ context: null, reach: null, growth: null });
  });
});

describe('the picture of how far back', () => {
  const spec = reachSpec([run], 'timestep');
  it('holds the context from one measurement to the next, and leaves a gap where the gradient grows', () => {
    const [median, context, reach] = spec.series;
    expect([median?.y, context?.stepped]).toEqual([[37, 37], true]);
    expect([...Array.from(reach?.y ?? [])]).toEqual([4, NaN, 49]);
    expect(extentOf(spec).nonFinite).toBe(false);
    expect(alignLines(spec).y[2]).toEqual([4, null, 49]);
  });
  it('has the band of what an answer needs, and the quartiles where there is a reach', () => {
    const [needed, quartiles] = spec.bands ?? [];
    expect([needed?.low, needed?.high]).toEqual([
      [26, 26],
      [48, 48],
    ]);
    expect(placedRuns(quartiles?.low ?? [], quartiles?.high ?? [], false)).toEqual([[0], [2]]);
  });
  it('marks what is at its limit, and how fast the gradient grows', () =>
    expect(spec.notes?.map(({ x, y, text, below }) => [x, y, text, below])).toEqual([
      [30, null, '▲ grows ×1.6 per timestep', undefined],
      [60, 49, '≥', undefined],
      [60, 49, '≥', true],
    ]));
  it('says a growth once for as long as it does not change', () => {
    const growing = new Map(series);
    growing.set('gradient-growth', {
      metric: 'gradient-growth',
      steps: Float64Array.of(0, 30, 60),
      values: Float64Array.of(1.6, 1.6, 1.7),
    });
    const heads = reachSpec([{ ...run, series: growing }], 'timestep').notes?.filter((note) => note.y === null);
    expect(heads?.map((note) => note.text)).toEqual(['▲ grows ×1.6 per timestep', '▲', '▲ grows ×1.7 per timestep']);
  });
  it('writes the legend as the terminal does', () =>
    expect(spec.series.slice(1).map((one) => [0, 30, 60].map((step) => one.write?.(step)))).toEqual([
      ['0', '20', '≥ 49'],
      ['4', 'grows ×1.6 per timestep', '≥ 49'],
    ]));
  it('has nothing of a need in a text, and one line where all answers need the same', () => {
    expect(reachSpec([{ ...run, dependency: null }], 'character').bands).toHaveLength(1);
    const alike = reachSpec([{ ...run, dependency: { low: 8, median: 8, high: 8 } }], 'timestep');
    expect([alike.series[0]?.label, alike.bands?.length]).toEqual(['an answer needs', 1]);
  });
  it('lays runs over each other, with no need where their tasks differ', () => {
    const other = { ...run, name: 'RNN', dependency: { ...need, high: 99 } };
    const overlaid = reachSpec([run, other], 'timestep');
    expect(overlaid.series.map((one) => [one.label, one.colour])).toEqual([
      ['LSTM: effective context', '--series-1'],
      ['LSTM: gradient reach', '--series-1'],
      ['RNN: effective context', '--series-2'],
      ['RNN: gradient reach', '--series-2'],
    ]);
    expect(overlaid.notes?.find((note) => note.y === null)?.text).toBe('▲ LSTM grows ×1.6 per timestep');
  });
  it('states its result in words', () =>
    expect(reachWords([run], 60, 'timestep')).toBe(
      'How far back, in timesteps, at step 60: effective context ≥ 49, gradient reach ≥ 49; an answer needs 26 to 48.',
    ));
  it('is a file with every mark', () => {
    const { svg } = lineChartPicture(spec, { title: 'How far back', caption: '', context: 'r' }, colours);
    expect(svg.match(/<polygon/g)).toHaveLength(3);
    expect(svg.match(/>≥</g)).toHaveLength(2);
    expect(svg).toContain('>▲<');
    expect(svg).toContain('>grows ×1.6 per timestep<');
    // A step goes to the right before it goes up.
    const points = /<polyline points="([^"]*)"[^>]*stroke="--series-1"/.exec(svg)?.[1]?.split(' ') ?? [];
    expect(points).toHaveLength(5);
    expect(points[1]?.split(',')[1]).toBe(points[0]?.split(',')[1]);
    expect(svg).not.toContain('not finite');
  });
  it('is a table with a row per measurement', () =>
    expect(reachCsv(['r'], [run]).split('\r\n').slice(1, 4)).toEqual([
      'run,step,effective-context,effective-context-limit,gradient-reach,gradient-reach-lower,gradient-reach-upper,' +
        'gradient-reach-limit,gradient-growth,needed-low,needed-median,needed-high',
      'LSTM,0,0,49,4,3,6,49,1,26,37,48',
      'LSTM,30,20,49,,,,49,1.6,26,37,48',
    ]));
});

describe('words at the head of a chart', () => {
  const notes = [10, 20, 90].map((x) => ({ x, y: null, text: '▲ grows', colour: '' }));
  const width = (text: string): number => 10 * text.length;
  it('are left out where they would run into those before, and never leave the chart', () =>
    expect(placeHeadNotes(notes, [0, 110], (x) => x, width).map(({ x, sign, left }) => [x, sign, left])).toEqual([
      [10, '▲', 5],
      [20, '▲', null],
      [90, '▲', null],
    ]));
  it('are moved in from the end, and written where there is room', () =>
    expect(placeHeadNotes(notes, [0, 920], (x) => 10 * x, width).map(({ left, words }) => [left, words])).toEqual([
      [95, 'grows'],
      [195, 'grows'],
      [870, 'grows'],
    ]));
});

describe('the curves of the last step', () => {
  const curves = curvesOf([
    event('Effective context', {
      unit: 'timesteps',
      rule: 'the largest lag that matters',
      curve: [
        [0, 0.17, 0.01],
        [1, 0.16, 0.02],
        [10, null, null],
        [49, 0.01, 0.02],
      ],
      profile: [2, 1, 0.02],
    }),
  ]);
  it('begin at lag 1 on a logarithmic axis, with the standard error', () => {
    const spec = curveSpec(curves!);
    expect([...Array.from(spec.series[0]?.x ?? [])]).toEqual([1, 10, 49]);
    expect(spec.bands?.[0]?.low[0]).toBeCloseTo(0.14);
    expect(extentOf(spec).x).toEqual([1, 49]);
    expect(xShare(spec, 7, [1, 49])).toBeCloseTo(0.5);
    expect(xTicks(spec, 1, 49, 6)).toEqual([1, 2, 5, 10, 20]);
  });
  it('divide the gradient by its norm at lag 0', () =>
    expect([...Array.from(profileSpec(curves!).series[0]?.y ?? [])]).toEqual([1, 0.5, 0.01]));
  it('are missing before the last step, and in what is no such event', () => {
    expect(curvesOf([event('Dependency', need)])).toBeNull();
    expect(curvesOf([event('Effective context', 'no JSON')])).toBeNull();
  });
  it('go with the need of the task', () => {
    expect(dependencyOf([event('Dependency', need)])).toEqual(need);
    expect(dependencyOf([event('Dependency', { low: 'x' })])).toBeNull();
    expect(dependencyOf([])).toBeNull();
  });
});
