import { formatCountOf, formatNumber, formatShare } from '../numbers/format.js';
import { toColumn, toNumber, type JsonNumber } from '../numbers/parse.js';

/** What a trained network makes of a sentence. */
export interface SentenceReading {
  /** ‖∂L/∂hₜ‖ at each word, L the cross-entropy of the answer. */
  readonly norms: readonly JsonNumber[];
  readonly probabilities: readonly JsonNumber[];
  readonly named: string;
  readonly isRight: boolean;
  readonly loss: JsonNumber;
}

/** A sentence with one dependency; readings are by cell. */
export interface SentenceAnswer {
  readonly kind: string;
  readonly title: string;
  readonly rule: string;
  readonly shortest: number;
  readonly words: readonly string[];
  readonly key: number;
  readonly distance: number;
  readonly answer: string;
  readonly isHeldOut: boolean;
  readonly candidates: readonly string[];
  readonly readings: Readonly<Record<string, SentenceReading>>;
}

export interface KindsAnswer {
  readonly stages: readonly number[];
  readonly longest: number;
  readonly sentences: readonly SentenceAnswer[];
}

export interface AccuracyAnswer {
  readonly kind: string;
  readonly shortest: number;
  readonly sentences: number;
  readonly chance: JsonNumber;
  readonly shares: Readonly<Record<string, readonly JsonNumber[]>>;
}

export interface RoundAnswer {
  readonly words: readonly string[];
  readonly candidates: readonly string[];
}

/** The networks in the order in which pages show them, with their names and colours. */
export const trainedCells = [
  { cell: 'rnn', name: 'RNN', colour: '--series-2' },
  { cell: 'lstm', name: 'LSTM', colour: '--series-1' },
  { cell: 'gru', name: 'GRU', colour: '--series-3' },
] as const;

/** How much of the last word's gradient reaches the word that decides. */
export function keyShare(answer: SentenceAnswer, cell: string): number {
  const norms = toColumn(answer.readings[cell]?.norms ?? []);
  return (norms[answer.key] ?? NaN) / (norms.at(-1) ?? NaN);
}

/** How sure a network is of the right word. */
export function rightProbability(answer: SentenceAnswer, cell: string): number {
  return toNumber(answer.readings[cell]?.probabilities[answer.candidates.indexOf(answer.answer)]);
}

/** The share of right answers at a distance. */
export function shareAt(accuracy: AccuracyAnswer, cell: string, distance: number): number {
  return toNumber(accuracy.shares[cell]?.[distance - accuracy.shortest]);
}

function listed(parts: readonly string[]): string {
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}

/** Who names the word, and what of the gradient arrives where it is decided. */
export function dependencySentence(answer: SentenceAnswer): string {
  const right = trainedCells.filter(({ cell }) => answer.readings[cell]?.isRight === true).map(({ name }) => name);
  const key = answer.words[answer.key] ?? '';
  const who =
    right.length === 0
      ? 'no network'
      : right.length === 1
        ? `only the ${right[0] ?? ''}`
        : right.length === trainedCells.length
          ? 'each of the three'
          : `${listed(right)}`;
  const later = formatCountOf(answer.distance, 'word');
  const named = `“${key}” decides on “${answer.answer}”, ${later} later: ${who} got it.`;
  if (answer.key === answer.words.length - 1) return `${named} It is the last word that is read.`;
  const shares = trainedCells.map(({ cell, name }) => `${formatNumber(keyShare(answer, cell))} in the ${name}`);
  return `${named} Of the gradient at the last word, “${key}” has ${listed(shares)}.`;
}

/** How often the networks are right at a distance. */
export function accuracySentence(accuracy: AccuracyAnswer, distance: number): string {
  const shares = trainedCells.map(
    ({ cell, name }) => `the ${name} in ${formatShare(shareAt(accuracy, cell, distance))}`,
  );
  const sentences =
    distance === accuracy.shortest
      ? 'sentences with no word between, which training has read too'
      : 'sentences that training has never read';
  return (
    `Of ${accuracy.sentences} ${sentences}, at ${formatCountOf(distance, 'word')}: ${listed(shares)} of them. ` +
    `Guessing is right in ${formatShare(toNumber(accuracy.chance))}.`
  );
}
