import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MetricInfo, MetricWords } from '../src/api/types.js';
import {
  axisEnds,
  axisLabel,
  columnOf,
  gatesOf,
  layerScalarsOf,
  quantitiesOf,
  resolveQuantity,
  scaleKindOf,
  titleOf,
  wordsOf,
} from '../src/state/metrics.js';
import { learnCells } from '../src/words/cells.js';

const row = (name: string): MetricInfo => ({ kind: 'row', name, layers: [0], firstStep: 1, lastStep: 2 });
const words = (name: string, given: Partial<MetricWords> = {}): MetricWords => ({
  name,
  kind: 'row',
  label: `Label of ${name}`,
  title: `Title of ${name}`,
  meaning: '',
  caption: '',
  range: '[0, ∞)',
  unit: 'none',
  howToRead: '',
  scale: 'linear',
  candidateScale: null,
  ...given,
});
const dictionary = new Map(
  [
    words('total-gradient-norm', { scale: 'log' }),
    words('gate-mean', {
      title: 'Mean of the {gate} gate',
      range: '[0, 1], candidate [−1, 1]',
      candidateScale: 'diverging',
    }),
    words('recurrent-spectrum', { kind: 'spectrum' }),
  ].map((one) => [one.name, one] as const),
);
const recorded = [
  row('stranger'),
  row('recurrent-spectrum:forget'),
  row('gate-mean:forget'),
  row('gate-mean:candidate'),
  row('total-gradient-norm'),
];

describe('metrics of a run', () => {
  it('come in the order of the server, one that it does not know after them by name, no spectrum', () =>
    expect(quantitiesOf(recorded, dictionary)).toEqual(['total-gradient-norm', 'gate-mean', 'stranger']));
  it('that have one number a layer can be chosen, not those of a gate or of the network', () => {
    const names = ['stranger:0', 'stranger:1', 'gate-mean:0', 'spectral-norm:0:forget', 'training-loss'];
    const scalars = names.map((name): MetricInfo => ({ ...row(name), kind: 'scalar' }));
    expect(layerScalarsOf([...scalars, row('total-gradient-norm')], dictionary)).toEqual(['gate-mean', 'stranger']);
  });

  it('have a column per gate where one was recorded', () => {
    expect(gatesOf(recorded, 'gate-mean')).toEqual(['forget', 'candidate']);
    expect(columnOf(recorded, 'gate-mean', 'forget')).toBe('gate-mean:forget');
    expect(columnOf(recorded, 'stranger', 'forget')).toBe('stranger');
  });

  it.each([
    ['total', 'total-gradient-norm'],
    ['gate', 'gate-mean'],
    ['gate-mean', 'gate-mean'],
    ['stranger', 'stranger'],
    ['nothing', undefined],
  ])('are found by a word of their name: %s', (shown, expected) =>
    expect(resolveQuantity(shown, quantitiesOf(recorded, dictionary))).toBe(expected),
  );
});

describe('words of a metric', () => {
  it("are the server's, with the gate in the title", () =>
    expect(titleOf(wordsOf(dictionary, 'gate-mean'), 'forget')).toBe('Mean of the forget gate'));

  it('are the name where the server has none', () => {
    const unknown = wordsOf(dictionary, 'stranger');
    expect([unknown.label, titleOf(unknown, ''), unknown.scale, axisLabel(unknown)]).toEqual([
      'stranger',
      'stranger',
      'linear',
      'value',
    ]);
    expect(axisEnds(unknown, null)).toEqual({});
  });

  beforeAll(() =>
    learnCells([
      {
        name: 'gru',
        aliases: [],
        title: 'GRU',
        hasCellState: false,
        largestSlope: null,
        hasForgetBias: false,
        hasChronoStart: true,
        candidateReads: 'h',
        gates: [
          { name: 'update', symbol: 'z', activation: 'sigmoid', isSigned: false },
          { name: 'candidate', symbol: 'n', activation: 'tanh', isSigned: true },
        ],
      },
    ]),
  );
  afterAll(() => learnCells([]));

  it('give the candidate a scale of its own', () => {
    const mean = wordsOf(dictionary, 'gate-mean');
    expect([scaleKindOf(mean, 'forget'), scaleKindOf(mean, 'candidate'), scaleKindOf(mean, null)]).toEqual([
      'linear',
      'diverging',
      'linear',
    ]);
    expect([axisEnds(mean, 'forget'), axisEnds(mean, 'candidate')]).toEqual([{ yEnds: [0, 1] }, {}]);
  });
});
