import { linesCsv } from '../export/csv.js';
import { lineChartPicture } from '../export/lineChartPicture.js';
import type { FigureExport } from '../export/picture.js';
import type { LineSpec } from '../figures/lineSpec.js';
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

/** The colours of overlaid runs, gates and cells, in order. */
export function seriesColour(index: number): string {
  return `--series-${(index % 6) + 1}`;
}
