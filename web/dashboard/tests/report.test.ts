import { describe, expect, it } from 'vitest';
import type { ReportChart, ReportMap, ReportPart } from '../src/api/report.js';
import type { RunEvent } from '../src/api/types.js';
import { captionOf, chartSpec, mapBlock } from '../src/panels/reportFigure.js';
import { piecesOf } from '../src/words/formulas.js';
import { progressOf, reportOf, sectionsOf } from '../src/words/report.js';

const event = (title: string, text: string, payload: unknown): RunEvent => ({
  key: text,
  step: 0,
  created: '',
  level: 'information',
  title,
  text,
  payload,
});

const set = (text: string): string =>
  piecesOf(text)
    .map((piece) => (piece.kind === 'text' ? piece.text : `<${piece.kind} ${piece.text}>`))
    .join('');

describe('the texts of a report', () => {
  // The cases of ReportTests in C#, which sets the same texts for the HTML file.
  it.each([
    ['is 8.7e-67 (RNN)', 'is 8.7·10<raised −67> (RNN)'],
    ['1.2e9', '1.2·10<raised 9>'],
    ['(γσ₁)^50, (σ₁/4)^(T−1)', '(γσ₁)<raised 50>, (σ₁/4)<raised T−1>'],
    ['see `backflow experiment clip`', 'see <code backflow experiment clip>'],
    ['run rnn-3e5 and ab1e5', 'run rnn-3e5 and ab1e5'],
    ['a < one', 'a < one'],
  ])('sets %s', (text, expected) => expect(set(text)).toBe(expected));
});

describe('what a run keeps of its report', () => {
  it('is found in its event, and progress before there is one', () => {
    const report = { name: 'n', title: 't', findings: [], parts: [], isComplete: true };
    const told = [event('Progress', 'a', { done: 1, total: 4 }), event('Progress', 'b', { done: 3, total: 4 })];
    expect(reportOf([...told, event('Experiment clip', 'c', { report })])).toBe(report);
    expect(reportOf([...told, event('Layer 0 vanishes', 'v', { verdict: 'v' })])).toBeNull();
    expect(progressOf(told)).toEqual({ share: 0.75, lines: ['b', 'a'] });
    expect(progressOf([])).toBeNull();
    expect(progressOf([event('Progress', 'a', { done: 0, total: 0 })])?.share).toBe(0);
  });

  it('is cut into panels at headings and pictures', () => {
    const chart = { part: 'chart', chart: {} } as unknown as ReportPart;
    const text = { part: 'text', text: 'x', isStrong: false } as const;
    const sections = sectionsOf([{ part: 'heading', text: 'A' }, text, text, chart, text, chart]);
    expect(sections.map((one) => (one.kind === 'text' ? `${one.title} ${one.parts.length}` : one.part.part))).toEqual([
      'A 2',
      'chart',
      'Note 1',
      'chart',
    ]);
  });
});

describe('the pictures of a report', () => {
  const chart: ReportChart = {
    title: 't',
    xLabel: 'x',
    yLabel: 'share',
    caption: '',
    floor: 1e-45,
    isLogarithmic: false,
    isShare: true,
    series: [
      {
        name: 'a',
        colour: null,
        isReference: false,
        points: [
          { x: 1, middle: 0.5, low: 0.4, high: 0.75 },
          { x: 2, middle: 'NaN', low: 'NaN', high: 'NaN' },
        ],
      },
      { name: 'chance', colour: 0, isReference: true, points: [{ x: 1, middle: 0.1, low: 0.1, high: 0.1 }] },
    ],
  };

  it('are lines in percent with the band of the seeds, baselines dashed in the colour that they share', () => {
    const spec = chartSpec(chart);
    expect(Array.from(spec.series[0]?.y ?? [])).toEqual([50, NaN]);
    expect(Array.from(spec.bands?.[0]?.high ?? [])).toEqual([75, NaN]);
    expect(spec.bands).toHaveLength(1);
    expect(spec.series[1]?.dash).toEqual([6, 4]);
    expect(spec.series[1]?.colour).toBe(spec.series[0]?.colour);
    expect(spec.yLabel).toBe('share');
    expect(captionOf(chart)).toBe('share, %. ');
  });

  it('end at the floor of a logarithmic axis', () => {
    const points = [1e-3, 1e-60, 0].map((y, x) => ({ x, middle: y, low: y, high: y }));
    const spec = chartSpec({
      ...chart,
      isShare: false,
      isLogarithmic: true,
      series: [{ name: 'a', colour: null, isReference: false, points }],
    });
    expect(Array.from(spec.series[0]?.y ?? [])).toEqual([1e-3, NaN, NaN]);
  });

  it('mark a place that a line stands at', () => {
    const points = [1, 5].map((y) => ({ x: 29, middle: y, low: y, high: y }));
    const spec = chartSpec({
      ...chart,
      series: [...chart.series, { name: 'dependency', colour: 6, isReference: true, points }],
    });
    expect(spec.mark).toBe(29);
    expect(spec.notes?.map((note) => note.text)).toEqual(['¦ dependency']);
    expect(spec.series.map((series) => series.label)).toEqual(['a', 'chance']);
  });

  it('are cells, of which no number becomes a zero', () => {
    const map: ReportMap = {
      title: 't',
      xLabel: 'step',
      yLabel: 'timestep t',
      caption: '',
      low: 1e-8,
      high: 1,
      columns: [
        { x: 0, values: [1e-60, 0.5, 'NaN'] },
        { x: 10, values: [0, 1, 1] },
      ],
    };
    const block = mapBlock(map);
    expect(block.timesteps).toBe(3);
    expect(Array.from(block.max)).toEqual([Math.fround(1e-8), 0.5, NaN, 0, 1, 1]);
    expect(Array.from(block.last)).toEqual([0, 10]);
  });
});
