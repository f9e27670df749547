import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { TwoUnitsAnswer } from '../src/learn/answers.js';
import { lessons, topics } from '../src/learn/lessons.js';
import {
  backwardSentence,
  depthSentence,
  eigenvalueSentence,
  forgetBiasRows,
  forgetBiasSentence,
  gatesSentence,
  short,
  sizesSentence,
  startsSentence,
  stepSentence,
  vector,
} from '../src/learn/recurrence.js';
import { decayOf, regimeOf } from '../src/learn/sentences.js';

const root = '../..';
const sources = 'src/pages/learn';

/** Two timesteps of a network whose numbers are easy. */
const answer: TwoUnitsAnswer = {
  weights: [0.5, -0.25, 0.2, 0.4],
  inputWeights: [1, 0.5],
  outputWeights: [1, -0.5],
  input: -1,
  initialGradient: [0.1, 0.1],
  eigenvalueReal: [0.7, 0.2],
  eigenvalueImaginary: [0, 0],
  sigma1: 0.71,
  rho: 0.7,
  steps: [
    {
      sum: [-1, -0.5],
      state: [-0.76, -0.46],
      slopes: [0.42, 0.79],
      output: -0.53,
      jacobian: [0, 0, 0, 0],
      gradient: [0.3, 0.4],
      gradientNorm: 0.5,
      product: [0.5, -0.25, 0.2, 0.4],
      singularValues: [0.6, 0.3],
      bound: 0.71,
    },
    {
      sum: [-1.27, -0.84],
      state: [-0.85, -0.69],
      slopes: [0.27, 0.53],
      output: -0.51,
      jacobian: [0, 0, 0, 0],
      gradient: [1, -0.5],
      gradientNorm: 1.1,
      product: [1, 0, 0, 1],
      singularValues: [1, 1],
      bound: 1,
    },
  ],
};

describe('numbers of a small network', () => {
  it('have two digits and a minus sign', () => {
    expect(short(-0.456)).toBe('−0.46');
    expect(vector([1, -0.5])).toBe('(1, −0.5)');
  });
});

describe('sentences of the step and of backpropagation', () => {
  it('compute a state term by term', () => {
    expect(stepSentence(answer, 0, 0)).toBe(
      'At timestep 0, unit 1 adds 0.5·0 + −0.25·0 + 1·−1 = −1, and tanh makes it −0.76.',
    );
    expect(stepSentence(answer, 1, 0)).toContain('0.5·−0.76 + −0.25·−0.46');
    expect(stepSentence(answer, 9, 0)).toBe('');
  });

  it('follow the gradient back, with the bound beside it', () => {
    expect(backwardSentence(answer, 0)).toBe(
      'Between timestep 0 and the end lies 1 Jacobian. Their product stretches a direction by 0.6 at most; σ₁ of ' +
        'W_hh alone would allow 0.71. Of a gradient of 1.1 at the end, 0.5 arrives.',
    );
  });

  it('read eigenvalues, real and complex, and what they foretell', () => {
    expect(eigenvalueSentence(answer)).toContain('eigenvalues 0.7 and 0.2; ρ is 0.7 and σ₁ 0.71.');
    expect(eigenvalueSentence(answer)).toContain('leave about 1.8e-8');
    expect(
      eigenvalueSentence({ ...answer, eigenvalueReal: [0.9, 0.9], eigenvalueImaginary: [0.5, -0.5], rho: 1.03 }),
    ).toContain('0.9 ± 0.5 i');
    expect(eigenvalueSentence({ ...answer, rho: 1.1 })).toContain('does not vanish');
  });

  it('compare a shared matrix with different ones', () => {
    const spread = (low: number, high: number) => ({ low: [1, low], median: [1, 1], high: [1, high] });
    expect(depthSentence({ draws: 101, different: spread(0.5, 2), shared: spread(0.1, 10) })).toBe(
      'After 2 factors, half of 101 draws keep between 0.5 and 2 of a vector if each factor is another matrix, and ' +
        'between 0.1 and 10 if it is always the same: quartiles 4 and 100 times apart.',
    );
  });
});

describe('sentences of random starts and of gates', () => {
  it('count where the starts stand', () => {
    expect(startsSentence({ draws: 400, near: 28, exact: 0, below: 124, radii: [] })).toBe(
      'Of 400 random starts 124 have ρ below 1 and 276 above. Within 1 % of 1 stand 28 (7 %), and exactly at 1 none.',
    );
  });

  it('read what trained gates keep', () => {
    expect(
      gatesSentence({
        words: ['the', 'cat', 'near', 'it'],
        key: 1,
        answer: 'sits',
        gates: { forget: [0.1, 0.2, 0.8, 0.6] },
        carousel: [0.1, 0.48, 0.6, 1],
        measured: [0.2, 0.5, 0.7, 1],
      }),
    ).toBe(
      'After “cat” come 2 more words, and the forget gates stand at 0.7 on average over them. Along the carousel ' +
        '0.48 of the cell state’s gradient is left at that word; with every other path, 0.5.',
    );
  });

  it('compare sizes with an RNN', () => {
    expect(
      sizesSentence({
        sizes: [
          { cell: 'RNN', parameters: 100 },
          { cell: 'GRU', parameters: 300 },
          { cell: 'LSTM', parameters: 400 },
        ],
      }),
    ).toBe('An RNN of this size has 100 parameters; a GRU 300, 3 times as many; an LSTM 400, 4 times as many.');
  });

  it('name a regime by its factor', () => {
    expect(regimeOf(decayOf([0.25, 0.5, 1]))).toBe('vanishing');
    expect(regimeOf(decayOf([1, 1, 1]))).toBe('stable');
    expect(regimeOf(decayOf([4, 2, 1]))).toBe('exploding');
  });
});

describe('the recorded experiment', () => {
  it('has the figures of docs/experiments.md', () => {
    const table = readFileSync(`${root}/docs/experiments.md`, 'utf8').split('## forget-bias-length')[1] ?? '';
    for (const { start, length, loss, seeds } of forgetBiasRows) {
      const row = table.split('\n').find((line) => line.startsWith(`| ${start} |`)) ?? '';
      const cell = row.split('|')[2 + [20, 50, 100].indexOf(length)]?.trim() ?? '';
      expect(Number(cell.split(' ')[0]) / loss).toBeCloseTo(1, 2);
      expect(seeds).toBe(3);
    }
    expect(forgetBiasRows).toHaveLength(12);
  });

  it('says whether the start decides', () => {
    expect(forgetBiasSentence(20)).toContain('Every start learns this length');
    expect(forgetBiasSentence(100)).toContain('chrono 3 of 3. Here the start decides');
  });
});

describe('lessons', () => {
  it('stand in docs/learn.md, all of them, and no others', () => {
    const text = readFileSync(`${root}/docs/learn.md`, 'utf8');
    const named = new Set([...text.matchAll(/\/learn\/([a-z]+)/g)].map((match) => match[1] ?? ''));
    expect([...named].sort()).toEqual([...topics].sort());
  });

  it('have objectives, and name code that is there', () => {
    for (const lesson of lessons) expect(lesson.objectives.length).toBeGreaterThan(1);
    const files = readdirSync(sources).map((name) => readFileSync(`${sources}/${name}`, 'utf8'));
    const code = files.flatMap((text) => /^ {2}code="([^"]+)"/m.exec(text)?.[1] ?? []);
    expect(code.length).toBeGreaterThanOrEqual(lessons.length);
    for (const path of code) expect(existsSync(`${root}/${path}`), path).toBe(true);
  });
});
