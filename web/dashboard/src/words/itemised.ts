import type { RowBlock } from '../numbers/rowBlock.js';

/** The share of the strongest gradient that still counts as reached: the horizon's limit. */
const reachedShare = 0.01;

/** The τ × t triangle as a block: column τ holds the gradients at t = 0 … τ. */
export function triangleBlock(map: Float32Array, count: number): RowBlock {
  const timesteps = Float64Array.from({ length: count }, (_, i) => i);
  const lengths = Int32Array.from({ length: count }, (_, i) => i + 1);
  return { timesteps: count, first: timesteps, last: timesteps, lengths, max: map, min: map };
}

/** How many characters back a loss reaches: the largest lag above 1 % of its gradient at lag 0. */
export function reachOf(gradients: ArrayLike<number>): number {
  const last = gradients.length - 1;
  const limit = reachedShare * (gradients[last] ?? NaN);
  for (let t = 0; t < last; t++) {
    if ((gradients[t] ?? NaN) > limit) return last - t;
  }
  return 0;
}

/** Signs for characters that have no shape of their own. */
const signs = new Map([
  [' ', '·'],
  ['\n', '↵'],
  ['\t', '⇥'],
]);

/** What a mark stands on where there is no letter below it. */
const carrier = '◌';

/** Whether a character combines with the letter before it. */
export function isMark(character: string): boolean {
  return /^\p{M}/u.test(character);
}

/** One character by itself: a mark stands on a carrier; what has no shape or turns others around shows its number. */
export function shownCharacter(character: string): string {
  const sign = signs.get(character);
  if (sign !== undefined) return sign;
  if (isMark(character)) return carrier + character;
  if (/^[\p{C}\p{Z}]/u.test(character)) {
    return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  }
  return character;
}

/** A character within a sentence, whose direction then says nothing about the words around it. */
export function quotedCharacter(character: string): string {
  return `“\u2068${shownCharacter(character)}\u2069”`;
}
