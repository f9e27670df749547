import { describe, expect, it } from 'vitest';
import type { AttentionAnswer, BottleneckAnswer } from '../src/api/types.js';
import {
  bottleneckSentence,
  bottleneckSpec,
  mapBlock,
  reachSentence,
  reachSpec,
  spreadSentence,
  writtenSentence,
} from '../src/learn/attention.js';
import { drawQuestion } from '../src/learn/quiz.js';

const bottleneck: BottleneckAnswer = {
  sizes: [8, 32],
  longest: 3,
  symbols: 8,
  sequences: 200,
  systems: [
    {
      name: 'rnn',
      title: 'RNN',
      state: 'a fixed state',
      right: [
        [0.9, 0.5, 0.25],
        [1, 0.75, 0.5],
      ],
    },
    {
      name: 'rnn-attention',
      title: 'RNN with attention',
      state: 'every state',
      right: [
        [1, 1, 0.875],
        [1, 1, 1],
      ],
    },
  ],
};

const attention: AttentionAnswer = {
  sentence: 'ab',
  trained: false,
  hiddenSize: 32,
  systems: [
    {
      name: 'rnn',
      title: 'RNN',
      parameters: 10,
      written: 'bb',
      right: 1,
      gradients: [
        [1, 2],
        [0.001, 4],
      ],
      weights: null,
      spread: null,
    },
    {
      name: 'rnn-attention',
      title: 'RNN with attention',
      parameters: 12,
      written: 'ab',
      right: 2,
      gradients: [
        [3, 1],
        [2, 4],
      ],
      weights: [
        [0.75, 0.25],
        [0.1, 0.9],
      ],
      spread: [1.75, 1.38],
    },
  ],
};

describe('the figure of the bottleneck', () => {
  it('says what was copied at a size and a length', () => {
    expect(bottleneckSentence(bottleneck, 8, 3)).toBe(
      'With a state of 8 units, of 3 symbols are copied right: 25 % (RNN) and 87.5 % (RNN with attention). ' +
        'A guess is right for 12.5 %.',
    );
    expect(bottleneckSentence(bottleneck, 32, 1)).toContain('of 1 symbol are copied right: 100 % (RNN)');
  });

  it('goes over lengths at one size, and over sizes at one length', () => {
    const lengths = bottleneckSpec(bottleneck, 'length', 32, 2);
    expect(lengths.series.map((line) => Array.from(line.y))).toEqual([
      [1, 0.75, 0.5],
      [1, 1, 1],
    ]);
    expect(lengths.marker).toBe(2);
    const sizes = bottleneckSpec(bottleneck, 'size', 32, 3);
    expect(sizes.series.map((line) => Array.from(line.y))).toEqual([
      [0.25, 0.5],
      [0.875, 1],
    ]);
    expect(sizes.series[0]?.write?.(32)).toBe('50 %');
    expect([sizes.marker, sizes.logX]).toEqual([32, true]);
  });
});

describe('the maps of a sentence', () => {
  it('say how far back a loss reaches', () => {
    expect(reachSentence(attention, 1)).toBe(
      'Before training, the loss of written letter 1, “b”, asks of the first input, as a share of what it asks of ' +
        'any: 2.5e-4 (RNN) and 0.5 (RNN with attention).',
    );
    expect(reachSentence({ ...attention, trained: true }, 0)).toBe(
      'After training, the loss of written letter 0, “a”, asks most of input 1 (RNN) and 0 (RNN with attention).',
    );
    expect(Array.from(reachSpec(attention, 1).series[0]?.y ?? [])).toEqual([0.001, 4]);
  });

  it('say what was written and what was looked at', () => {
    const [plain, looking] = attention.systems;
    if (plain === undefined || looking === undefined) throw new Error('There are two systems.');
    expect(writtenSentence(attention, plain)).toBe('RNN writes bb: 1 of 2 letters right.');
    expect(spreadSentence(looking, 1)).toContain('as over 1.38 inputs of equal weight; input 1 has the most, 0.9.');
    expect(spreadSentence(plain, 1)).toBe('Without attention it looks at none.');
  });

  it('have the input from left to right and the written letter from bottom to top', () => {
    const block = mapBlock(attention.systems[1]?.weights ?? [], false);
    expect(Array.from(block.max).map((value) => Number(value.toFixed(3)))).toEqual([0.75, 0.1, 0.25, 0.9]);
    const relative = mapBlock(attention.systems[1]?.gradients ?? [], true);
    expect(Array.from(relative.max).map((value) => Number(value.toFixed(3)))).toEqual([1, 0.5, 0.333, 1]);
  });
});

describe('the question on attention', () => {
  it('counts the Jacobians between the first state and the last', () => {
    for (const at of [0, 0.4, 0.9]) {
      const question = drawQuestion('bottleneck', () => at);
      const length = Number(/first of (\d+) inputs/.exec(question.text)?.[1]);
      const right = question.choices.find((choice) => choice.right)?.text;
      expect(right).toBe(`${length - 1} without, none with it`);
    }
  });
});
