import type { LineNote } from './lineSpec.js';

/** A note at the head of a chart: its sign above, its words below. */
export interface PlacedNote {
  readonly note: LineNote;
  /** Where the sign's middle stands. */
  readonly x: number;
  readonly sign: string;
  readonly words: string;
  /** Where its words begin; null where they have no room and only the sign is written. */
  readonly left: number | null;
}

/** Space between two texts, in pixels. */
const gap = 10;

/**
 * Places the notes at a chart's head, from left to right. A note's first word is its sign, which always stands; the
 * other words are left out where they would run into those before them.
 */
export function placeHeadNotes(
  notes: readonly LineNote[],
  [start, end]: readonly [number, number],
  place: (x: number) => number,
  widthOf: (text: string) => number,
): PlacedNote[] {
  let taken = start;
  return notes
    .filter((note) => note.y === null)
    .sort((a, b) => a.x - b.x)
    .map((note) => {
      const [sign = '', ...others] = note.text.split(' ');
      const words = others.join(' ');
      const x = place(note.x);
      const left = Math.max(start, Math.min(x - widthOf(sign) / 2, end - widthOf(words)));
      const fits = left >= taken && left + widthOf(words) <= end;
      if (fits) taken = left + widthOf(words) + gap;
      return { note, x, sign, words, left: fits ? left : null };
    });
}
