import { describe, expect, it } from 'vitest';
import type { ExerciseField, ExerciseRun, ExpectedNumber } from '../src/api/types.js';
import { elsewhere } from '../src/learn/elsewhere.js';
import { checkField, checkRun, judge } from '../src/learn/exerciseCheck.js';
import { exerciseKinds, exercises } from '../src/learn/exercises.js';
import { topics } from '../src/learn/lessons.js';
import {
  answered,
  forgotten,
  progressKey,
  progressSentence,
  readProgress,
  scored,
  solved,
  type ProgressStore,
} from '../src/learn/progress.js';
import { readNumbers } from '../src/numbers/readNumbers.js';

describe('numbers as people write them', () => {
  it.each([
    ['0.7', [0.7]],
    ['.7 and -.2', [0.7, -0.2]],
    ['−0.5', [-0.5]],
    ['7/10', [0.7]],
    ['0.5^3', [0.125]],
    ['2 ** -3', [0.125]],
    ['2^(-3)', [0.125]],
    ['1.7e-3', [0.0017]],
    ['1.7·10⁻³', [0.0017]],
    ['1.7 * 10^-3', [0.0017]],
    ['1.7 × 10^(-3)', [0.0017]],
    ['25 %', [0.25]],
    ['λ1 = 0.7, λ2 = 0.2', [0.7, 0.2]],
    ['[[0.5, 0.3], [0.2, 0.4]]', [0.5, 0.3, 0.2, 0.4]],
    ['0.5 0.3; 0.2 0.4', [0.5, 0.3, 0.2, 0.4]],
    ['(0.5 & 0.3 \\\\ 0.2 & 0.4)', [0.5, 0.3, 0.2, 0.4]],
    ['NaN', [NaN]],
    ['∞ -∞', [Infinity, -Infinity]],
    ['about a half', []],
  ])('reads %s', (text, expected) => {
    const read = readNumbers(text);
    expect(read).toHaveLength(expected.length);
    read.forEach((value, i) => expect(Number(value.toPrecision(12))).toBe(expected[i]));
  });

  it('takes a comma for a decimal one where only then the numbers are as many as expected', () => {
    expect(readNumbers('0,7', 1)).toEqual([0.7]);
    expect(readNumbers('0,7 0,2', 2)).toEqual([0.7, 0.2]);
    expect(readNumbers('0,5, 0,3, 0,2, 0,4', 4)).toEqual([0.5, 0.3, 0.2, 0.4]);
    expect(readNumbers('1,2', 2)).toEqual([1, 2]);
  });
});

const expected = (label: string, value: number, key: readonly number[] = []): ExpectedNumber => ({
  label,
  key,
  least: value - 0.005,
  greatest: value + 0.005,
  below: 'That is too small.',
  above: 'That is too large.',
  mistakes: [{ least: 0.895, greatest: 0.905, why: 'That is the trace.' }],
});

describe('checking an answer', () => {
  const pair: ExerciseField = {
    label: 'both eigenvalues',
    hint: '',
    isAnyOrder: true,
    numbers: [expected('larger', 0.7), expected('smaller', 0.2)],
  };

  it('takes eigenvalues in any order', () => {
    for (const text of ['0.7 0.2', '0.2 and 0.7', '1/5; 7/10']) {
      expect(checkField(pair, text).map((remark) => remark.right)).toEqual([true, true]);
    }
  });

  it('says which one is wrong and names a mistake that it knows', () => {
    const [larger, smaller] = checkField(pair, '0.9 0.2');
    expect(larger).toEqual({ right: false, text: 'larger: 0.9. That is the trace.' });
    expect(smaller?.right).toBe(true);
    expect(judge(expected('x', 0.7), 0.6).text).toBe('x: 0.6. That is too small.');
    expect(judge(expected('x', 0.7), 0.8).text).toBe('x: 0.8. That is too large.');
  });

  it('says how many numbers were read where they are too few', () => {
    expect(checkField(pair, '0.7')[0]?.text).toBe('both eigenvalues: 2 numbers expected, 0.7 was read.');
    expect(checkField(pair, '')[0]?.text).toBe('both eigenvalues: 2 numbers expected, none was read.');
  });

  const lines: ExerciseField = {
    label: 'printed',
    hint: '',
    isAnyOrder: false,
    numbers: [expected('σ₁ = 0.8', 0.3, [0.8]), expected('σ₁ = 1.2', 0.6, [1.2])],
  };

  it('finds the lines of a program by their keys, whatever else it printed', () => {
    const printed = 'Build succeeded.\n1.2 0.601\r\n0.8 0.299\n1 0.5\n';
    expect(checkField(lines, printed).map((remark) => remark.right)).toEqual([true, true]);
  });

  it('says which line is missing, and that NaN is a place not filled in', () => {
    const [first, second] = checkField(lines, '0.8 NaN');
    expect(first?.text).toContain('not filled in');
    expect(second?.text).toBe('σ₁ = 1.2: no line begins with 1.2 and a number after it.');
    expect([first?.right, second?.right]).toEqual([false, false]);
  });
});

describe('checking a run of the store', () => {
  const wanted: ExerciseRun = {
    task: 'copy-memory',
    cell: 'rnn',
    leastLag: 30,
    leastSteps: 1000,
    greatestSuccess: 0.25,
    chance: 0.125,
  };
  const run = {
    name: 'mine',
    task: 'copy-memory',
    cell: 'rnn',
    status: 'completed',
    step: 1200,
    configuration: { taskOptions: { lag: 40 } },
  };
  const same = (a: string, b: string): boolean => a === b;

  it('passes one that fails on a long delay', () => {
    expect(checkRun(wanted, run, 0.12, same)).toEqual({
      right: true,
      text: 'mine recalls 12 % over 40 blanks; guessing has 12.5 %. It fails, as asked.',
    });
  });

  it.each([
    [{ ...run, task: 'adding' }, 0.1, 'was trained on adding'],
    [{ ...run, cell: 'gru' }, 0.1, 'is a gru'],
    [{ ...run, configuration: { taskOptions: { lag: 10 } } }, 0.1, 'a lag of 10'],
    [{ ...run, configuration: {} }, 0.1, 'the usual lag'],
    [{ ...run, step: 20 }, 0.1, 'too early'],
    [run, null, 'too early'],
    [run, 0.9, 'it has learnt it'],
  ])('refuses another with its reason', (other, success, reason) => {
    const remark = checkRun(wanted, other, success, same);
    expect(remark.right).toBe(false);
    expect(remark.text).toContain(reason);
  });
});

/** A store that lasts as long as a test. */
class MemoryStore implements ProgressStore {
  readonly kept = new Map<string, string>();
  getItem(key: string): string | null {
    return this.kept.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.kept.set(key, value);
  }
  removeItem(key: string): void {
    this.kept.delete(key);
  }
}

describe('progress', () => {
  const totals = { exercises: 10, lessons: 3, quiz: 8 };

  it('keeps what was done and forgets it', () => {
    const store = new MemoryStore();
    solved(store, 'jacobian');
    solved(store, 'jacobian');
    answered(store, 'regimes', false);
    answered(store, 'regimes', true);
    answered(store, 'gates', false);
    scored(store, 6);
    scored(store, 4);
    const progress = readProgress(store);
    expect(progress).toEqual({ exercises: ['jacobian'], questions: { regimes: true, gates: false }, quiz: 6 });
    expect(progressSentence(progress, totals)).toBe(
      '1 of 10 exercises solved, 1 of 3 lessons’ questions answered, 6 of 8 right in the best quiz.',
    );
    expect(progressSentence(forgotten(store), totals)).toBe('');
    expect(store.kept.size).toBe(0);
  });

  it.each(['', 'null', '[]', '{"exercises":3,"questions":null,"quiz":-1}', '{"exercises":[1]}', '{', '7'])(
    'takes %s for nothing',
    (kept) => {
      const store = new MemoryStore();
      store.setItem(progressKey, kept);
      expect(progressSentence(readProgress(store), totals)).toBe('');
    },
  );

  it('does without a store', () => {
    expect(solved(null, 'copy').exercises).toEqual(['copy']);
    expect(readProgress(null).exercises).toEqual([]);
    const refusing: ProgressStore = {
      getItem: () => {
        throw new Error('refused');
      },
      setItem: () => {
        throw new Error('refused');
      },
      removeItem: () => {
        throw new Error('refused');
      },
    };
    expect(scored(refusing, 3).quiz).toBe(3);
    expect(forgotten(refusing).quiz).toBeNull();
  });
});

describe('the pages', () => {
  it('have ten exercises: four in words, three by hand, three programmed', () => {
    const count = (kind: string): number => exercises.filter((one) => one.kind === kind).length;
    expect(exerciseKinds.map(([kind]) => count(kind))).toEqual([4, 3, 3]);
    expect(new Set(exercises.map((one) => one.name)).size).toBe(10);
    for (const one of exercises) expect(topics).toContain(one.lesson.address.replace('/learn/', ''));
  });

  it('name version and source of everything elsewhere', () => {
    for (const row of elsewhere) {
      expect(row.version).toMatch(/^\d+(\.\d+)+$/);
      for (const text of [row.computes, row.here, row.follows, row.source]) expect(text.length).toBeGreaterThan(10);
    }
  });
});
