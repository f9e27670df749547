import type { ExerciseField, ExerciseRun, ExpectedNumber, RunDetail } from '../api/types.js';
import { formatCountOf, formatNumber, formatShare } from '../numbers/format.js';
import { readNumbers } from '../numbers/readNumbers.js';

/** What is said of one number, or of all where they could not be read. */
export interface Remark {
  readonly right: boolean;
  readonly text: string;
}

/** Numbers that a program prints are never equal to the last bit where they are keys: 1.2 may be 1.2000000000000002. */
const sameKey = 1e-9;

/** Says of each number of a field whether it is right, and why not. */
export function checkField(field: ExerciseField, text: string): readonly Remark[] {
  return field.numbers.some((number) => number.key.length > 0)
    ? field.numbers.map((number) => checkLine(number, text))
    : checkNumbers(field, text);
}

function checkNumbers(field: ExerciseField, text: string): readonly Remark[] {
  const count = field.numbers.length;
  const read = readNumbers(text, count);
  if (read.length !== count) {
    const found =
      read.length === 0 ? 'none was' : `${read.map(formatNumber).join(', ')} ${read.length === 1 ? 'was' : 'were'}`;
    return [{ right: false, text: `${field.label}: ${formatCountOf(count, 'number')} expected, ${found} read.` }];
  }
  const values = field.isAnyOrder ? matched(read, field.numbers) : read;
  return field.numbers.map((number, i) => judge(number, values[i] ?? NaN));
}

/** In the order of what is expected: the largest for the largest, and so on. */
function matched(read: readonly number[], numbers: readonly ExpectedNumber[]): readonly number[] {
  const falling = [...read].sort((a, b) => b - a);
  const places = numbers.map((_, i) => i).sort((a, b) => (numbers[b]?.least ?? 0) - (numbers[a]?.least ?? 0));
  return numbers.map((_, i) => falling[places.indexOf(i)] ?? NaN);
}

function checkLine(number: ExpectedNumber, text: string): Remark {
  for (const line of text.split(/\r?\n/)) {
    const values = readNumbers(line);
    if (number.key.every((key, i) => Math.abs((values[i] ?? NaN) - key) <= sameKey * Math.max(1, Math.abs(key)))) {
      const value = values[number.key.length];
      if (value !== undefined) return judge(number, value);
    }
  }
  return { right: false, text: `${number.label}: no line begins with ${number.key.join(' ')} and a number after it.` };
}

/** Holds one number against what is expected. */
export function judge(number: ExpectedNumber, value: number): Remark {
  const said = `${number.label}: ${formatNumber(value)}`;
  if (Number.isNaN(value)) {
    return { right: false, text: `${said} is no number. A place of the program is not filled in, or divides 0 by 0.` };
  }
  if (value >= number.least && value <= number.greatest) return { right: true, text: `${said} is right.` };
  const mistake = number.mistakes.find((one) => value >= one.least && value <= one.greatest);
  return {
    right: false,
    text: `${said}. ${mistake?.why ?? (value < number.least ? number.below : number.above)}`,
  };
}

/** Whether a run of the store answers an exercise, and why not. */
export function checkRun(
  expected: ExerciseRun,
  run: Pick<RunDetail, 'name' | 'task' | 'cell' | 'status' | 'step' | 'configuration'>,
  success: number | null,
  sameCell: (cell: string, other: string) => boolean,
): Remark {
  const wrong = (text: string): Remark => ({ right: false, text });
  const options = run.configuration['taskOptions'] as Readonly<Record<string, unknown>> | undefined;
  const lag = Number(options?.['lag'] ?? NaN);
  if (run.task !== expected.task) return wrong(`${run.name} was trained on ${run.task}, and not on ${expected.task}.`);
  if (!sameCell(run.cell, expected.cell)) {
    return wrong(`${run.name} is a ${run.cell}: the exercise asks for a plain RNN.`);
  }
  if (!(lag >= expected.leastLag)) {
    const long = Number.isNaN(lag) ? 'the usual lag' : `a lag of ${lag}`;
    return wrong(`${run.name} has ${long}. Train one with ${expected.leastLag} or more.`);
  }
  if (run.step < expected.leastSteps || success === null) {
    return wrong(
      `${run.name} stands at step ${run.step} (${run.status}): before ` +
        `${formatCountOf(expected.leastSteps, 'step')} and a validation it is too early to say that it fails.`,
    );
  }
  const share = `${run.name} recalls ${formatShare(success)} over ${formatCountOf(lag, 'blank')}`;
  return success <= expected.greatestSuccess
    ? { right: true, text: `${share}; guessing has ${formatShare(expected.chance)}. It fails, as asked.` }
    : wrong(`${share}: it has learnt it. Try a longer lag.`);
}
