import { formatCountOf, formatShare } from '../numbers/format.js';
import { toNumber } from '../numbers/parse.js';
import { rightProbability, shareAt, trainedCells, type AccuracyAnswer, type SentenceAnswer } from './dependencies.js';

/** Rounds that were played, and how many of them each player got right. */
export interface Score {
  readonly rounds: number;
  readonly reader: number;
  readonly cells: Readonly<Record<string, number>>;
}

export const noScore: Score = { rounds: 0, reader: 0, cells: {} };

/** The score with one more round. */
export function scored(score: Score, round: SentenceAnswer, chosen: string): Score {
  return {
    rounds: score.rounds + 1,
    reader: score.reader + (chosen === round.answer ? 1 : 0),
    cells: Object.fromEntries(
      trainedCells.map(({ cell }) => [
        cell,
        (score.cells[cell] ?? 0) + (round.readings[cell]?.isRight === true ? 1 : 0),
      ]),
    ),
  };
}

/** What became of a round. */
export function roundSentence(round: SentenceAnswer, chosen: string): string {
  const yours = chosen === round.answer ? 'You are right' : `You said ${chosen}`;
  const networks = trainedCells.map(({ cell, name }) => {
    const reading = round.readings[cell];
    const sure = `it gave ${round.answer} ${formatShare(rightProbability(round, cell))}`;
    return reading?.isRight === true ? `the ${name} is right, ${sure}` : `the ${name} said ${reading?.named}, ${sure}`;
  });
  return `The first letter was ${round.answer}. ${yours}; ${networks.join('; ')}.`;
}

/** The score in a sentence; empty before the first round. */
export function scoreSentence(score: Score): string {
  if (score.rounds === 0) return '';
  const networks = trainedCells.map(({ cell, name }) => `${name} ${score.cells[cell] ?? 0}`);
  return `Right answers in ${formatCountOf(score.rounds, 'round')}: you ${score.reader}, ${networks.join(', ')}.`;
}

/** How often the networks name the first letter, with so many letters between it and the question. */
export function roundsSentence(accuracy: AccuracyAnswer, between: number): string {
  const distance = accuracy.shortest + between;
  const shares = trainedCells.map(({ cell, name }) => `${name} ${formatShare(shareAt(accuracy, cell, distance))}`);
  const rounds = between === 0 ? 'rounds, which training has played too' : 'rounds that training has never played';
  return (
    `With ${formatCountOf(between, 'letter')} between, right in ${accuracy.sentences} ${rounds}: ` +
    `${shares.join(', ')}. Guessing is right in ${formatShare(toNumber(accuracy.chance))}.`
  );
}

const place = 'backflow.memory-game';

/** The score of this browser session; none where the browser keeps nothing. */
export function readScore(): Score {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(place) ?? 'null');
    return isScore(kept) ? kept : noScore;
  } catch {
    return noScore;
  }
}

/** Keeps the score for this browser session, where the browser allows it. */
export function keepScore(score: Score): void {
  try {
    sessionStorage.setItem(place, JSON.stringify(score));
  } catch {
    // Without a store the score lasts as long as the page.
  }
}

function isScore(value: unknown): value is Score {
  if (typeof value !== 'object' || value === null) return false;
  const { rounds, reader, cells } = value as Record<string, unknown>;
  return (
    Number.isInteger(rounds) &&
    Number.isInteger(reader) &&
    typeof cells === 'object' &&
    cells !== null &&
    Object.values(cells).every(Number.isInteger)
  );
}
