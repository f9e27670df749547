import { describe, expect, it } from 'vitest';
import { lessons, rooms, topics } from '../src/learn/lessons.js';
import { checkNames, drawQuestion, drawQuiz, type Draw } from '../src/learn/quiz.js';
import { activationSentence, decayOf, gateSentence, regimeSentence } from '../src/learn/sentences.js';
import { equations } from '../src/learn/summary.js';
import { leafTag, type MathNode } from '../src/learn/mathml.js';
import { entriesOf, patternSentence, timeline, timelineKinds } from '../src/learn/timeline.js';
import { routeOf } from '../src/state/routes.js';

/** Numbers that repeat: a linear congruential generator. */
function drawFrom(seed: number): Draw {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
}

describe('quiz', () => {
  it('has questions, each with one right choice, and a reason for every choice', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const quiz = drawQuiz(drawFrom(seed));
      expect(quiz.length).toBeGreaterThanOrEqual(8);
      for (const question of quiz) {
        expect(question.choices.filter((choice) => choice.right)).toHaveLength(1);
        expect(question.choices).toHaveLength(4);
        expect(new Set(question.choices.map((choice) => choice.text)).size).toBe(4);
        for (const choice of question.choices) expect(choice.why.length).toBeGreaterThan(20);
        expect(topics).toContain(question.lesson.address.replace('/learn/', ''));
      }
    }
  });

  it('draws other numbers and another order each time', () => {
    const rounds = [1, 2, 3, 4, 5].map((seed) => drawQuiz(drawFrom(seed)));
    expect(new Set(rounds.map((quiz) => quiz[1]?.text)).size).toBeGreaterThan(1);
    expect(new Set(rounds.map((quiz) => quiz[0]?.choices.findIndex((choice) => choice.right))).size).toBeGreaterThan(1);
  });

  it('never has two values that are the same', () => {
    for (let seed = 1; seed <= 200; seed++) {
      for (const question of drawQuiz(drawFrom(seed))) {
        const values = question.choices.map((choice) => choice.text.split('=').at(-1)?.trim());
        expect(new Set(values).size).toBe(values.length);
      }
    }
  });

  it('draws one of them by its name', () => {
    const draws = (): Draw => drawFrom(7);
    expect(drawQuestion('sharing', draws())).toEqual(drawQuiz(draws())[0]);
  });

  it('computes powers as they are', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const right = drawQuiz(drawFrom(seed))[1]?.choices.find((choice) => choice.right)?.text ?? '';
      const [, norm, factors, value] = /^([\d.]+)\^(\d+) = (\S+)$/.exec(right) ?? [];
      let product = 1;
      for (let i = 0; i < Number(factors); i++) product *= Number(norm);
      expect(Number(value) / product).toBeCloseTo(1, 2);
    }
  });

  it('takes eigenvalues that the matrix has', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const question = drawQuiz(drawFrom(seed))[3];
      const [a, b, c, d] = [...(question?.text.matchAll(/\d\.\d/g) ?? [])].map(Number) as [
        number,
        number,
        number,
        number,
      ];
      const root = Math.sqrt((a - d) ** 2 / 4 + b * c);
      const right = Number(question?.choices.find((choice) => choice.right)?.text);
      expect((a + d) / 2 + root).toBeCloseTo(right, 10);
    }
  });
});

describe('questions of lessons', () => {
  it('have one right choice, four different ones, and a reason for each', () => {
    for (const name of checkNames) {
      for (let seed = 1; seed <= 50; seed++) {
        const question = drawQuestion(name, drawFrom(seed));
        expect(question.choices.filter((choice) => choice.right)).toHaveLength(1);
        expect(new Set(question.choices.map((choice) => choice.text.split('=').at(-1))).size).toBe(4);
        for (const choice of question.choices) expect(choice.why.length).toBeGreaterThan(20);
        expect(topics).toContain(question.lesson.address.replace('/learn/', ''));
      }
    }
  });
});

describe('timeline', () => {
  it('is in order, and every entry has a source, people and a kind', () => {
    const years = timeline.map((entry) => entry.year);
    expect(years).toEqual([...years].sort((a, b) => a - b));
    for (const entry of timeline) {
      expect(entry.address).toMatch(/^https:\/\//);
      expect(entry.people.length).toBeGreaterThan(0);
      if (entry.here !== undefined) expect(routeOf(entry.here.address).page).toBe('learn');
    }
  });

  it('shows the kinds that are asked for', () => {
    expect(entriesOf(new Set())).toEqual([]);
    expect(entriesOf(new Set(timelineKinds.map(([kind]) => kind)))).toHaveLength(timeline.length);
    for (const [kind] of timelineKinds) expect(entriesOf(new Set([kind])).length).toBeGreaterThan(0);
  });

  it('counts the years between its steps', () => expect(patternSentence()).toContain('6 years lay between'));
});

describe('computed sentences', () => {
  const powers = (factor: number, length: number): number[] =>
    Array.from({ length }, (_, t) => factor ** (length - 1 - t));

  it('name the factor of a timestep', () => {
    const decay = decayOf(powers(0.5, 11));
    expect(decay.factor).toBeCloseTo(0.5, 12);
    expect(regimeSentence(decay, 0.5)).toContain('each timestep multiplies it by 0.5. It vanishes');
  });

  it('tell the three regimes and the fourth place apart', () => {
    expect(regimeSentence(decayOf(powers(1.2, 9)), 1.5)).toContain('It explodes');
    expect(regimeSentence(decayOf(powers(1.01, 9)), 1.01)).toContain('It stays');
    expect(regimeSentence(decayOf(powers(0.9, 9)), 1.5)).toContain('the slopes of tanh take 0.6');
    expect(regimeSentence(decayOf([0, 0, 1]), 0.1)).toContain('exactly 0');
    expect(regimeSentence(decayOf([NaN, 1]), 3)).toContain('left the range');
  });

  it('compare activations and read a gate', () => {
    expect(activationSentence([{ name: 'tanh', decay: decayOf(powers(0.5, 3)) }])).toBe(
      'After 2 timesteps tanh leaves 0.25 (×0.5 per timestep).',
    );
    expect(gateSentence(decayOf(powers(0.8, 5)), 0.5, 0.0625)).toContain('after 1 timestep. Over 4 timesteps');
  });
});

describe('pages', () => {
  it('have a route each, and no other topic has one', () => {
    for (const { topic } of [...lessons, ...rooms])
      expect(routeOf(`/learn/${topic}`)).toEqual({ page: 'learn', topic });
    expect(routeOf('/learn')).toEqual({ page: 'learn', topic: null });
    expect(routeOf('/learn/nothing').page).toBe('unknown');
    expect(routeOf('/learn/quiz/more').page).toBe('unknown');
  });
});

describe('equations', () => {
  it('set numbers, identifiers and signs as what they are', () => {
    expect(['1', 'h', 'tanh', 'tanh′', '∂', '⊙', '‖', '='].map(leafTag)).toEqual([
      'mn',
      'mi',
      'mi',
      'mi',
      'mo',
      'mo',
      'mo',
      'mo',
    ]);
  });

  it('have the parts that their elements need', () => {
    const counts: Readonly<Record<string, number>> = {
      msub: 2,
      msup: 2,
      mfrac: 2,
      munderover: 3,
      msubsup: 3,
      munder: 2,
    };
    const check = (node: MathNode): void => {
      if (typeof node === 'string') return;
      const [tag, ...parts] = node;
      if (tag in counts) expect(parts).toHaveLength(counts[tag] ?? 0);
      parts.forEach(check);
    };
    for (const equation of equations) {
      equation.math.forEach(check);
      expect(equation.words.length).toBeGreaterThan(20);
    }
  });
});
