import { csvTable } from '../export/csv.js';
import { domPicture } from '../export/domPicture.js';
import type { FigureExport } from '../export/picture.js';
import { themeOf } from '../figures/theme.js';

/** What a complex plane can be saved as. */
export function eigenvaluesExport(
  svg: SVGSVGElement | undefined,
  pairs: ArrayLike<number>,
  about: readonly string[],
): FigureExport | null {
  if (!svg) return null;
  return {
    picture: (words) => domPicture(svg, words, themeOf(document.documentElement)),
    csv: () =>
      csvTable(
        about,
        ['real', 'imaginary'],
        Array.from({ length: Math.floor(pairs.length / 2) }, (_, i) => [pairs[2 * i] ?? NaN, pairs[2 * i + 1] ?? NaN]),
      ),
  };
}
