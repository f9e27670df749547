import { linesCsv } from '../export/csv.js';
import { lineChartPicture } from '../export/lineChartPicture.js';
import type { FigureExport } from '../export/picture.js';
import type { LineDash, LineSpec } from '../figures/lineSpec.js';
import { themeOf } from '../figures/theme.js';

/** What a line chart can be saved as. */
export function lineExport(spec: LineSpec, about: readonly string[]): FigureExport {
  return {
    picture: (words) => lineChartPicture(spec, words, themeOf(document.documentElement)),
    csv: () => linesCsv(about, spec),
  };
}

/** Timesteps 0 … T − 1 as an x axis. */
export function timestepAxis(timesteps: number): Float64Array {
  return Float64Array.from({ length: timesteps }, (_, t) => t);
}

/** As many colours as there are; lines that are laid over each other are at most as many. */
export const seriesColours = 12;

/** The colours of overlaid runs, gates and cells, in order. */
export function seriesColour(index: number): string {
  return `--series-${(index % seriesColours) + 1}`;
}

/** From here on runs have lines of another style too: that many colours alone are hard to tell apart. */
const solidRuns = 6;

/** The line of a run's first quantity in a comparison, and of its second one, which is dashed. */
export function runDash(index: number, second: boolean): { dash?: LineDash } {
  if (index < solidRuns) return second ? { dash: [5, 4] } : {};
  return { dash: second ? [2, 3] : [12, 3] };
}
