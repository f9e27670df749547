import { blockCsv } from '../export/csv.js';
import { domPicture } from '../export/domPicture.js';
import type { FigureExport } from '../export/picture.js';
import { themeOf } from '../figures/theme.js';
import type { RowBlock } from '../numbers/rowBlock.js';

/** What a heatmap can be saved as: the painted cells under the axes, the legend and the marks of the page. */
export function heatmapExport(
  svg: SVGSVGElement | undefined,
  canvas: HTMLCanvasElement | undefined,
  block: RowBlock,
  about: readonly string[],
): FigureExport | null {
  // Svelte sets an element that is gone to null.
  if (!svg || !canvas) return null;
  return {
    picture: (words) => {
      const frame = svg.getBoundingClientRect();
      const cells = canvas.getBoundingClientRect();
      return domPicture(svg, words, themeOf(document.documentElement), {
        canvas,
        x: cells.left - frame.left,
        y: cells.top - frame.top,
        width: cells.width,
        height: cells.height,
      });
    },
    csv: () => blockCsv(about, block),
  };
}
