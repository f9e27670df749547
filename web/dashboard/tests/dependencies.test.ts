// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';
import {
  accuracySentence,
  dependencySentence,
  keyShare,
  rightProbability,
  type AccuracyAnswer,
  type SentenceAnswer,
  type SentenceReading,
} from '../src/learn/dependencies.js';
import {
  keepScore,
  noScore,
  readScore,
  roundSentence,
  roundsSentence,
  scored,
  scoreSentence,
} from '../src/learn/memoryGame.js';

const reading = (named: string, right: boolean, norms: number[] = [0.1, 0.02, 0.4]): SentenceReading => ({
  norms,
  probabilities: right ? [0.9, 0.1] : [0.3, 0.7],
  named,
  isRight: right,
  loss: 0.5,
});

const answer: SentenceAnswer = {
  kind: 'agreement',
  title: 'Subject and verb',
  rule: '',
  shortest: 1,
  words: ['cat', 'of', 'mine'],
  key: 0,
  distance: 3,
  answer: 'sits',
  isHeldOut: true,
  candidates: ['sits', 'sit'],
  readings: { rnn: reading('sit', false), lstm: reading('sits', true), gru: reading('sits', true, [0.2, 0, 0.2]) },
};

const accuracy: AccuracyAnswer = {
  kind: 'agreement',
  shortest: 2,
  sentences: 100,
  chance: 0.5,
  shares: { rnn: [1, 0.55], lstm: [1, 1], gru: [1, 0.999] },
};

describe('sentences with a dependency', () => {
  it('say who is right and what arrives at the key', () => {
    expect(keyShare(answer, 'rnn')).toBeCloseTo(0.25, 12);
    expect(rightProbability(answer, 'rnn')).toBe(0.3);
    expect(dependencySentence(answer)).toBe(
      '“cat” decides on “sits”, 3 words later: LSTM and GRU got it. Of the gradient at the last word, “cat” has ' +
        '0.25 in the RNN, 0.25 in the LSTM and 1 in the GRU.',
    );
  });

  it('tell none, one and all networks apart, and a key that is read last', () => {
    const none = {
      ...answer,
      readings: { rnn: reading('x', false), lstm: reading('x', false), gru: reading('x', false) },
    };
    expect(dependencySentence(none)).toContain('no network got it');
    expect(dependencySentence({ ...none, readings: { ...none.readings, gru: reading('sits', true) } })).toContain(
      'only the GRU got it',
    );
    const last = { ...answer, words: ['cat'], distance: 1, readings: { rnn: reading('sits', true, [1]) } };
    expect(dependencySentence(last)).toContain('1 word later: only the RNN got it. It is the last word that is read.');
  });

  it('count right answers at a distance beside guessing', () => {
    expect(accuracySentence(accuracy, 3)).toBe(
      'Of 100 sentences that training has never read, at 3 words: the RNN in 55 %, the LSTM in 100 % and the GRU in ' +
        '99.9 % of them. Guessing is right in 50 %.',
    );
    expect(accuracySentence(accuracy, 2)).toContain('with no word between, which training has read too');
  });
});

describe('the game of memory', () => {
  beforeEach(() => sessionStorage.clear());

  it('counts right answers of the reader and of each network', () => {
    const once = scored(noScore, answer, 'sits');
    expect(once).toEqual({ rounds: 1, reader: 1, cells: { rnn: 0, lstm: 1, gru: 1 } });
    expect(scoreSentence(scored(once, answer, 'sit'))).toBe('Right answers in 2 rounds: you 1, RNN 0, LSTM 2, GRU 2.');
    expect(scoreSentence(noScore)).toBe('');
  });

  it('says how often the networks are right with so many letters between', () => {
    expect(roundsSentence(accuracy, 1)).toBe(
      'With 1 letter between, right in 100 rounds that training has never played: RNN 55 %, LSTM 100 %, GRU 99.9 %. ' +
        'Guessing is right in 50 %.',
    );
    expect(roundsSentence(accuracy, 0)).toContain('With 0 letters between, right in 100 rounds, which training');
  });

  it('says what became of a round', () => {
    expect(roundSentence(answer, 'sits')).toBe(
      'The first letter was sits. You are right; the RNN said sit, it gave sits 30 %; the LSTM is right, it gave ' +
        'sits 90 %; the GRU is right, it gave sits 90 %.',
    );
    expect(roundSentence(answer, 'sit')).toContain('You said sit;');
  });

  it('keeps the score of a session, and begins anew where what is kept is none', () => {
    expect(readScore()).toEqual(noScore);
    const score = scored(noScore, answer, 'sits');
    keepScore(score);
    expect(readScore()).toEqual(score);
    for (const odd of ['{', '{"rounds":"1"}', 'null', '{"rounds":1,"reader":0,"cells":{"rnn":0.5}}']) {
      sessionStorage.setItem('backflow.memory-game', odd);
      expect(readScore()).toEqual(noScore);
    }
  });
});
