import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunSummary } from '../src/api/types.js';
import { pageParameters } from '../src/state/pageParameters.js';
import { readParameters } from '../src/state/parameters.js';
import { cellLabel, isSignedGate, learnCells } from '../src/words/cells.js';
import { comparisonNote, comparisonSentence } from '../src/words/comparison.js';
import { scalarProduct, verdictSentence } from '../src/words/explorer.js';
import { quotedCharacter, reachOf, shownCharacter, triangleBlock } from '../src/words/itemised.js';
import { openingSentence, type OpeningFacts } from '../src/words/opening.js';
import { orderRuns } from '../src/words/runOrder.js';
import { newestTogether } from '../src/words/startedTogether.js';
import { verdictOf } from '../src/words/verdict.js';
import { visibleText } from '../src/words/visibleText.js';

const facts: OpeningFacts = {
  timesteps: 64,
  horizon: 17,
  decay: 0.83,
  confidence: 0.98,
  profile: [0.1, 1],
  step: 1200,
  layers: 1,
  layer: 0,
};

describe('text that was not written here', () => {
  it.each([
    ['two\nlines\tof 日本語 and שלום', 'two\nlines\tof 日本語 and שלום'],
    ['\u001b[31mred\u0007\r\u007f', '␛[31mred␇␍␡'],
    ['a\u202eb\u2069c\u009b', 'a\\u202eb\\u2069c\\u009b'],
    ['👩\u200d🔬', '👩\u200d🔬'],
  ])('of %j shows %j', (text, shown) => expect(visibleText(text)).toBe(shown));
});

describe('a character by itself', () => {
  it.each([
    [' ', '·'],
    ['\n', '↵'],
    ['\t', '⇥'],
    ['a', 'a'],
    ['א', 'א'],
    ['\u{1F600}', '\u{1F600}'],
    ['\u0301', '◌\u0301'],
    ['\u05B8', '◌\u05B8'],
    ['\u20DD', '◌\u20DD'],
    ['\u202E', 'U+202E'],
    ['\u2066', 'U+2066'],
    ['\u200D', 'U+200D'],
    ['\u0000', 'U+0000'],
    ['\u00A0', 'U+00A0'],
    ['\uD800', 'U+D800'],
  ])('%j', (character, shown) => {
    expect(shownCharacter(character)).toBe(shown);
    expect(quotedCharacter(character)).toBe(`“\u2068${shown}\u2069”`);
  });
});

describe('the opening sentence', () => {
  it.each([
    [{}, 'The gradient falls by a factor of 0.83 per timestep: this network learns at most 17 timesteps back, of 63.'],
    [
      { horizon: 1 },
      'The gradient falls by a factor of 0.83 per timestep: this network learns at most 1 timestep back, of 63.',
    ],
    [
      { horizon: 63, decay: 0.99 },
      'The gradient falls by a factor of 0.99 per timestep: ' +
        'it stays above 1 % of its last value over all 64 timesteps. ' +
        'If each timestep has a loss of its own, only the itemised gradient shows how far back one loss reaches.',
    ],
    [{ confidence: 0.4 }, 'The gradient follows no single rate: this network learns at most 17 timesteps back, of 63.'],
    [
      { horizon: 63, decay: 1.2 },
      'The gradient grows by a factor of 1.2 per timestep on its way back: ' +
        'it reaches all 64 timesteps and may explode.',
    ],
    [
      { horizon: 0 },
      'The gradient falls by a factor of 0.83 per timestep: this network learns from the last timestep alone.',
    ],
    [
      { profile: [NaN, 1] },
      'The gradient is not a finite number at step 1,200: nothing after this step can be learned.',
    ],
    [
      { answerHorizon: 17 },
      'The gradient of the last answer fades below 1 % after 17 timesteps, of 63: ' +
        'at this step the network learns little from what lies farther back.',
    ],
    [
      { answerHorizon: 63, horizon: 63 },
      'The gradient of the last answer stays above 1 % all the way back, over all 64 timesteps.',
    ],
    [
      { answerHorizon: 0 },
      'The gradient of the last answer is below 1 % one timestep back: ' +
        'at this step the network learns from the last timestep alone.',
    ],
    [
      { answerHorizon: 63, horizon: 63, decay: 1.2 },
      'The gradient grows by a factor of 1.2 per timestep on its way back: ' +
        'it reaches all 64 timesteps and may explode.',
    ],
    [{ horizon: null }, 'No gradient has been recorded at step 1,200 yet.'],
    [
      { layers: 2, layer: 1 },
      'The gradient of layer 1 falls by a factor of 0.83 per timestep: ' +
        'this network learns at most 17 timesteps back, of 63.',
    ],
  ])('%o', (change, sentence) => expect(openingSentence({ ...facts, ...change })).toBe(sentence));
});

describe('the explorer', () => {
  it('shows 0.8^8 = 1.68e-1 where it starts', () => {
    const formula = Array.from({ length: 8 }, (_, t) => 0.8 ** (7 - t));
    expect(scalarProduct(formula)?.text).toBe('0.8^8 = 1.68e-1');
  });
  it('says the verdict once and its threshold always', () => {
    const verdict = 'healthy' as const;
    expect(
      verdictSentence({ verdict, threshold: 1e-3, sentence: 'Healthy: 8 back, above the threshold of 1e-3.' }),
    ).toBe('8 back, above the threshold of 1e-3.');
    expect(verdictSentence({ verdict, threshold: 1e-3, sentence: 'It reaches 8 back.' })).toBe(
      'It reaches 8 back. Threshold: 0.001.',
    );
  });
});

describe('comparisons', () => {
  it('name the farthest first', () =>
    expect(
      comparisonSentence(
        [
          { name: 'RNN', horizon: 12, timesteps: 64 },
          { name: 'LSTM', horizon: 60, timesteps: 64 },
          { name: 'GRU', horizon: NaN, timesteps: 64 },
        ],
        50,
      ),
    ).toBe('At step 50 the total gradient reaches 60 timesteps back in LSTM and 12 in RNN.'));
  it('tell the last answer, and who predicts best', () =>
    expect(
      comparisonSentence(
        [
          { name: 'RNN', horizon: 12, timesteps: 64, ofAnswer: true, loss: 0.9 },
          { name: 'LSTM', horizon: 63, timesteps: 64, ofAnswer: true, loss: 0.7 },
        ],
        50,
      ),
    ).toBe(
      'At step 50 the validation loss is 0.7 for LSTM and 0.9 for RNN. ' +
        'The gradient of the last answer reaches 63 timesteps back in LSTM and 12 in RNN.',
    ));
  it('tell right answers where the task has them', () =>
    expect(
      comparisonSentence(
        [
          { name: 'RNN', horizon: 20, timesteps: 32, ofAnswer: true, loss: 0.6, success: 0.823 },
          { name: 'LSTM', horizon: 15, timesteps: 32, ofAnswer: true, loss: 0.2, success: 0.947 },
        ],
        500,
      ),
    ).toBe(
      'At step 500 LSTM gives 94.7 % and RNN 82 % right answers. ' +
        'The gradient of the last answer reaches 20 timesteps back in RNN and 15 in LSTM.',
    ));
  it('warn where a network has learned: what is left of its gradient is no memory', () => {
    const run = { name: 'RNN', horizon: 20, timesteps: 32, ofAnswer: true };
    expect(
      comparisonNote([
        { ...run, success: 0.6 },
        { ...run, success: 0.997 },
      ]),
    ).toContain('and not what is remembered');
    expect(
      comparisonNote([
        { ...run, success: 0.6 },
        { ...run, loss: 0.01 },
      ]),
    ).toBeNull();
  });
  it('make no memory of a total gradient that never fades', () =>
    expect(
      comparisonSentence(
        [
          { name: 'RNN', horizon: 63, timesteps: 64 },
          { name: 'LSTM', horizon: 63, timesteps: 64 },
        ],
        50,
      ),
    ).toContain('only the itemised gradient shows how far back one loss reaches'));
});

const run = (id: string, created: number, change: Partial<RunSummary> = {}): RunSummary => ({
  id,
  name: id,
  pinned: false,
  task: 't',
  cell: 'rnn',
  status: 'completed',
  step: 1,
  steps: 1,
  created: new Date(created).toISOString(),
  updated: '',
  effectiveContextText: '–',
  gradientReachText: '–',
  verdicts: { information: 0, warning: 0, error: 0 },
  ...change,
});

describe('runs', () => {
  it('started together open together, oldest first', () => {
    expect(newestTogether([run('c', 5200), run('a', 1000), run('b', 4900)]).map((one) => one.id)).toEqual(['b', 'c']);
    expect(newestTogether([run('b', 5000), run('c', 5200, { task: 'other' })]).map((one) => one.id)).toEqual(['c']);
    expect(
      newestTogether([run('b', 5000), run('c', 9000, { name: 'dependency-lstm-0a1b2c3d' })]).map((one) => one.id),
    ).toEqual(['b']);
    expect(newestTogether([])).toEqual([]);
  });
  it('are filtered by every word and sorted, pinned first, missing values last', () => {
    const runs = [
      run('a', 1, { trainingLoss: 2, cell: 'lstm' }),
      run('b', 2, { trainingLoss: 'NaN' }),
      run('c', 3, { trainingLoss: 1 }),
      run('d', 4, { trainingLoss: 9, pinned: true }),
    ];
    expect(orderRuns(runs, '', 'loss', 'up').map((one) => one.id)).toEqual(['d', 'c', 'a', 'b']);
    expect(orderRuns(runs, '', 'loss', 'down').map((one) => one.id)).toEqual(['d', 'a', 'c', 'b']);
    expect(orderRuns(runs, 'LSTM a', 'loss', 'up').map((one) => one.id)).toEqual(['a']);
  });
  it('are sorted by context and reach, a gradient that grows last', () => {
    const runs = [
      run('a', 1, { effectiveContext: 0, gradientReach: 4 }),
      run('b', 2, { effectiveContext: 42, gradientReach: null, gradientReachText: 'grows ×1.6 per timestep' }),
      run('c', 3, { effectiveContext: 41, gradientReach: 49 }),
    ];
    expect(orderRuns(runs, '', 'context', 'down').map((one) => one.id)).toEqual(['b', 'c', 'a']);
    expect(orderRuns(runs, '', 'reach', 'down').map((one) => one.id)).toEqual(['c', 'a', 'b']);
  });
});

describe('the itemised map', () => {
  it('puts row τ of the map into column τ, states 0 … τ', () => {
    const block = triangleBlock(Float32Array.of(1, 0, 2, 3), 2);
    expect([...block.first]).toEqual([0, 1]);
    expect([...block.lengths]).toEqual([1, 2]);
    expect([...block.max.subarray(2, 4)]).toEqual([2, 3]);
  });
  it('reaches as far as 1 % of the gradient at lag 0', () => {
    expect(reachOf([0.001, 0.02, 0.5, 1])).toBe(2);
    expect(reachOf([1])).toBe(0);
  });
});

describe('verdicts', () => {
  const event = { key: 'k', step: 1, created: '', level: 'warning', title: '', text: '' };
  it('are read from an object or from text', () => {
    const verdict = { verdict: 'vanishing-over-time', timestep: 3 };
    expect(verdictOf({ ...event, payload: verdict })?.timestep).toBe(3);
    expect(verdictOf({ ...event, payload: JSON.stringify(verdict) })?.timestep).toBe(3);
    expect(verdictOf({ ...event, payload: { low: 25, high: 49 } })).toBeNull();
    expect(verdictOf({ ...event, payload: 'not json' })).toBeNull();
    expect(verdictOf({ ...event, payload: null })).toBeNull();
  });
});

describe('cells', () => {
  const mgu = {
    name: 'mgu',
    aliases: ['minimal'],
    title: 'MGU',
    hasCellState: false,
    largestSlope: null,
    hasForgetBias: true,
    candidateReads: 'f ⊙ h',
    gates: [
      { name: 'forget', symbol: 'f', activation: 'sigmoid', isSigned: false },
      { name: 'memory', symbol: 'n', activation: 'tanh', isSigned: true },
    ],
  };
  beforeEach(() => learnCells([mgu]));
  afterEach(() => learnCells([]));

  it('have the server’s words', () =>
    expect([cellLabel('mgu'), cellLabel('minimal'), cellLabel('unknown')]).toEqual(['MGU', 'MGU', 'unknown']));
  it('tell which gates are signed', () =>
    expect([isSignedGate('memory'), isSignedGate('forget')]).toEqual([true, false]));
  it('are read from an address by any name', () => {
    expect(readParameters(pageParameters.explorer, '?cell=minimal').values.cell).toBe('mgu');
    expect(readParameters(pageParameters.explorer, '?cell=lstm').problems[0]).toContain('one of mgu');
  });
});
