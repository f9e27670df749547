import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CellInfo, RunDetail, RunSummary } from '../src/api/types.js';
import { pageParameters } from '../src/state/pageParameters.js';
import { readParameters, writeParameters } from '../src/state/parameters.js';
import { cellLabel, isSignedGate, learnCells } from '../src/words/cells.js';
import { chronoSentence } from '../src/words/chrono.js';
import { comparisonSentence, resultSentence, unlikeSentence, type ComparedRun } from '../src/words/comparison.js';
import { formulaText, largestFactor, verdictSentence } from '../src/words/explorer.js';
import { explorerPresets, firstNetwork } from '../src/words/explorerPresets.js';
import { quotedCharacter, reachOf, shownCharacter, triangleBlock } from '../src/words/itemised.js';
import { openingSentence, type OpeningFacts } from '../src/words/opening.js';
import { contextText, reachText, shortReach } from '../src/words/reach.js';
import { filterProblem, groupRuns, listedRuns, orderRuns } from '../src/words/runOrder.js';
import { homeOf } from '../src/words/home.js';
import { verdictOf } from '../src/words/verdict.js';
import { visibleText } from '../src/words/visibleText.js';

const facts: OpeningFacts = {
  context: 42,
  contextLimit: 49,
  reach: 49,
  reachLimit: 49,
  growth: null,
  unit: 'timestep',
  need: { low: 26, high: 48 },
  profile: [0.1, 1],
  step: 1200,
  newest: true,
  running: false,
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
    [
      {},
      'Uses its input 42 timesteps back; an answer needs 26 to 48. Its gradient reaches at least 49 timesteps back.',
    ],
    [
      { context: 49, reach: 1 },
      'Uses its input at least 49 timesteps back; an answer needs 26 to 48. Its gradient reaches 1 timestep back.',
    ],
    [
      { growth: 1.6, reach: null },
      'Uses its input 42 timesteps back; an answer needs 26 to 48. ' +
        'Its gradient grows ×1.6 per timestep on its way back: it explodes.',
    ],
    [
      { context: 0, reach: 0 },
      'Uses nothing but the newest input; an answer needs 26 to 48 timesteps. ' +
        'Its gradient reaches the newest input alone.',
    ],
    [
      { context: 0, reach: 0, running: true, need: { low: 1, high: 1 } },
      'Uses nothing but the newest input so far; an answer needs 1 timestep. ' +
        'Its gradient reaches the newest input alone.',
    ],
    [
      { running: true, need: { low: 8, high: 8 } },
      'Uses its input 42 timesteps back so far; an answer needs 8. Its gradient reaches at least 49 timesteps back.',
    ],
    [
      { unit: 'character' as const, need: null, context: 31, contextLimit: 180, reach: 12 },
      'Uses its input 31 characters back. Its gradient reaches 12 characters back.',
    ],
    [
      { newest: false, running: true },
      'At step 1,200: uses its input 42 timesteps back; an answer needs 26 to 48. ' +
        'Its gradient reaches at least 49 timesteps back.',
    ],
    [{ context: null, contextLimit: null, reach: 6.5 }, 'The gradient reaches 6.5 timesteps back.'],
    [{ context: null, reach: null }, 'How far back it uses its input had not been measured by step 1,200.'],
    [
      { profile: [NaN, 1], layers: 2, layer: 1 },
      'The gradient of layer 1 is not a finite number at step 1,200: nothing after this step can be learned.',
    ],
  ])('%o', (change, sentence) => expect(openingSentence({ ...facts, ...change })).toBe(sentence));
});

describe('the two numbers', () => {
  const numbers = { context: 42, contextLimit: 49, reach: 12.5, reachLimit: 49, growth: null };
  it.each([
    [{}, '42', '12.5'],
    [{ context: 49, reach: 49 }, '≥ 49', '≥ 49'],
    [{ context: 0, reach: null, growth: 1.6 }, '0', 'grows ×1.6 per timestep'],
    [{ context: null, contextLimit: null, reach: null, reachLimit: null }, '–', '–'],
  ])('%o are written as in C#', (change, context, reach) => {
    expect(contextText({ ...numbers, ...change })).toBe(context);
    expect(reachText({ ...numbers, ...change })).toBe(reach);
  });
  it('are short in a table', () =>
    expect(['grows ×1.6 per timestep', '≥ 49', '–'].map(shortReach)).toEqual(['×1.6', '≥ 49', '–']));
});

describe('the explorer', () => {
  it('writes its formula in plain numbers', () => {
    const text = (rate: number, length: number): string =>
      formulaText({
        formula: { name: 'scale', rate },
        initial: { norm: 1, relative: 1, bound: null, scalarFormula: rate ** length },
        norms: Array.from({ length }, () => 1),
      });
    expect(text(0.8, 8)).toBe('0.8⁸ = 0.168');
    expect(text(0.2, 40)).toBe('0.2⁴⁰ = 1.1·10⁻²⁸');
    expect(text(2, 60)).toBe('2⁶⁰ = 1.15·10¹⁸');
  });
  it('finds the largest factor among those that are numbers', () => {
    expect(largestFactor(['NaN', 0.5, 0.8, 0.7])).toEqual({ factor: 0.8, timestep: 2 });
    expect(largestFactor([0.5, 'Infinity'])).toEqual({ factor: Infinity, timestep: 1 });
    expect(largestFactor(['NaN'])).toBeNull();
  });
  it('has presets that its address can hold', () => {
    learnCells(['rnn', 'rnn-relu', 'lstm'].map((cell) => ({ name: cell, aliases: [] }) as unknown as CellInfo));
    for (const { settings } of explorerPresets) {
      const query = writeParameters(pageParameters.explorer, settings);
      expect(readParameters(pageParameters.explorer, query)).toEqual({ values: settings, problems: [] });
    }
    expect(writeParameters(pageParameters.explorer, firstNetwork)).toBe('');
    learnCells([]);
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

const compared: ComparedRun = {
  name: 'RNN',
  context: 0,
  contextLimit: 49,
  reach: 4,
  reachLimit: 49,
  growth: null,
  unit: 'timestep',
  task: 'adding',
  data: '',
  step: 600,
};
const lstm = { ...compared, name: 'LSTM', context: 42, reach: 49 };
const gru = { ...compared, name: 'GRU', context: 41, reach: 49 };

describe('comparisons', () => {
  it.each([
    [[compared, lstm, gru], 'LSTM uses its input 42 timesteps back, GRU 41, RNN 0. The RNN’s gradient reaches 4.'],
    [[lstm, gru], 'LSTM uses its input 42 timesteps back, GRU 41. Every gradient reaches at least 49.'],
    [
      [compared, { ...gru, reach: 12 }, { ...lstm, context: 49, reach: null, growth: 1.6 }],
      'LSTM uses its input at least 49 timesteps back, GRU 41, RNN 0. ' +
        'The RNN’s gradient reaches 4, the GRU’s 12, the LSTM’s gradient grows ×1.6 per timestep: it explodes.',
    ],
    [
      [{ ...compared, reach: null, growth: 2 }, lstm],
      'LSTM uses its input 42 timesteps back, RNN 0. The RNN’s gradient grows ×2 per timestep: it explodes.',
    ],
    [
      [compared, { ...lstm, name: 'RNN, ReLU', reach: null, growth: 2 }],
      'RNN (ReLU) uses its input 42 timesteps back, RNN 0. ' +
        'The RNN’s gradient reaches 4, the RNN (ReLU)’s gradient grows ×2 per timestep: it explodes.',
    ],
    [
      [
        { ...compared, context: null, reach: null },
        { ...lstm, unit: 'character' as const, context: 1 },
      ],
      'LSTM uses its input 1 character back. The LSTM’s gradient reaches at least 49.',
    ],
    [
      [
        { ...compared, name: 'first run' },
        { ...lstm, name: 'another' },
      ],
      'another uses its input 42 timesteps back, first run 0. first run’s gradient reaches 4.',
    ],
    [
      [compared, lstm, gru, { ...gru, name: 'b', reach: null, growth: 1.6 }, { ...gru, name: 'c', context: null }],
      '5 runs: effective context 0 to 42, gradient reach 4 to 49 and 1 gradient that grows.',
    ],
    [[{ ...compared, context: null, reach: null }], '1 run side by side.'],
  ])('%#: %s', (runs, sentence) => expect(comparisonSentence(runs, 600)).toBe(sentence));
  it('say which step they show, where that is not the newest', () =>
    expect(comparisonSentence([compared, lstm], 30)).toMatch(/^At step 30: LSTM uses/));
  it('set who predicts best beside it: right answers where the task has them, else the loss', () => {
    const [a, b] = [
      { ...compared, loss: 0.9 },
      { ...lstm, loss: 0.7 },
    ];
    expect(resultSentence([a, b])).toBe('Validation loss: LSTM 0.7, RNN 0.9.');
    expect(
      resultSentence([
        { ...a, success: 0.947 },
        { ...b, success: 0.823 },
      ]),
    ).toBe('Right answers: RNN 94.7 %, LSTM 82.3 %.');
    expect(resultSentence([compared, lstm])).toBe('');
    const many = [1, 2, 3, 4, 5].map((loss) => ({ ...compared, name: `r${loss}`, loss }));
    expect(resultSentence(many)).toBe('Validation loss: r1 1, r2 2, r3 3 … r5 5.');
  });
  it('refuse to take unlike runs for alike', () => {
    expect(unlikeSentence([compared, lstm])).toBeNull();
    expect(unlikeSentence([compared, { ...lstm, task: 'echo' }])).toContain('RNN: adding and LSTM: echo');
    expect(unlikeSentence([compared, { ...lstm, data: '100' }])).toContain('other data');
    expect(unlikeSentence([compared, { ...lstm, step: 90 }])).toContain('RNN 600 and LSTM 90');
    // Cells that train in turn are a step apart.
    expect(unlikeSentence([compared, { ...lstm, step: 570 }])).toBeNull();
    expect(unlikeSentence([compared, { ...lstm, step: 569 }])).toContain('RNN 600 and LSTM 569');
  });
});

const run = (id: string, created: number, change: Partial<RunSummary> = {}): RunSummary => ({
  id,
  name: id,
  pinned: false,
  paused: false,
  kind: 'training',
  belongsTo: null,
  tags: [],
  note: '',
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
  it('lead from the first page: the newest comparison, the newest run, reports; no trials', () => {
    const ids = (runs: readonly RunSummary[]): readonly string[] => homeOf(runs).comparison.map((one) => one.id);
    expect(ids([run('c', 5200), run('a', 1000), run('b', 4900)])).toEqual(['b', 'c']);
    // One that was trained alone since does not hide it, and another task is no comparison.
    expect(ids([run('d', 99_000), run('c', 5200), run('b', 4900)])).toEqual(['b', 'c']);
    expect(ids([run('b', 5000), run('c', 5200, { task: 'other' })])).toEqual([]);
    const home = homeOf([
      run('b', 5000),
      run('c', 9000, { belongsTo: 'dependency' }),
      run('t', 9500, { belongsTo: 'd' }),
      run('d', 9100, { kind: 'diagnosis' }),
      run('e', 9900, { kind: 'experiment' }),
    ]);
    expect(home.newest?.id).toBe('b');
    expect(home.reports.map((one) => one.id)).toEqual(['e', 'd']);
    expect(home.count).toBe(3);
    expect(homeOf([])).toEqual({ comparison: [], newest: null, reports: [], count: 0 });
  });
  it('are grouped; trials stand under their report alone', () => {
    const runs = [run('t', 1, { belongsTo: 'd' }), run('d', 2, { kind: 'diagnosis', task: 'x' }), run('a', 3)];
    expect(listedRuns(runs, 'none').map((one) => one.id)).toEqual(['d', 'a']);
    const titles = (by: 'none' | 'task' | 'report'): readonly string[] =>
      groupRuns(listedRuns(runs, by), by).map(
        (group) => `${group.title}: ${group.runs.map((one) => one.id).join(' ')}`,
      );
    expect(titles('none')).toEqual([': d a']);
    expect(titles('task')).toEqual(['x: d', 't: a']);
    expect(titles('report')).toEqual(['d: t d', 'of their own: a']);
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
    expect(orderRuns(runs, '/^(a|C)$/', 'loss', 'up').map((one) => one.id)).toEqual(['c', 'a']);
    // A wrong expression is named, and hides nothing.
    expect(filterProblem('/a(/')).toContain('“/a(/” is no regular expression');
    expect(orderRuns(runs, '/a(/', 'loss', 'up')).toHaveLength(4);
    expect([filterProblem('/a/'), filterProblem('a(')]).toEqual([null, null]);
  });
  it('are found by the filters that the terminal finds them by', () => {
    const cases = JSON.parse(readFileSync('../../tests/run-filters.json', 'utf8')) as {
      readonly run: Partial<RunSummary>;
      readonly filters: Readonly<Record<string, boolean | null>>;
    };
    const found = Object.keys(cases.filters).map((filter) => [
      filter,
      filterProblem(filter) === null ? orderRuns([run('x', 1, cases.run)], filter, 'name', 'up').length === 1 : null,
    ]);
    expect(Object.fromEntries(found)).toEqual(cases.filters);
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
    hasChronoStart: true,
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
  it('say who was told the length by a chrono start', () => {
    const detail = (cell: string, chrono: number | null): RunDetail =>
      ({ ...run('r', 1, { cell }), configuration: { chrono } }) as unknown as RunDetail;
    expect(chronoSentence([detail('rnn', 50), detail('mgu', 50)])).toBe(
      'MGU was told the length, 50 timesteps, by chrono start.',
    );
    expect(chronoSentence([detail('rnn', 50), detail('mgu', null)])).toBe('');
  });
  it('are read from an address by any name', () => {
    expect(readParameters(pageParameters.explorer, '?cell=minimal').values.cell).toBe('mgu');
    expect(readParameters(pageParameters.explorer, '?cell=lstm').problems[0]).toContain('one of mgu');
  });
});
