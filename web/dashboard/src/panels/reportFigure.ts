import type { ReportChart, ReportMap } from '../api/report.js';
import type { ColourScale } from '../figures/colourScale.js';
import type { LineBand, LineNote, LineSpec } from '../figures/lineSpec.js';
import { toNumber } from '../numbers/parse.js';
import type { RowBlock } from '../numbers/rowBlock.js';
import { seriesColour } from './linePanel.js';

/** Points are marked where they are as few as a reader can tell apart. */
const mostMarked = 16;

/** A name that is longer than the axis is high stands in the caption alone. */
const longestAxisName = 36;

/** A chart of a report as the page draws it. */
export function chartSpec(chart: ReportChart): LineSpec {
  const factor = chart.isShare ? 100 : 1;
  /** What is below the floor ends a line, as in the file; a zero has no place on a logarithmic axis either. */
  const placed = (value: number): number =>
    chart.isLogarithmic && !(value >= chart.floor) ? NaN : Number.isFinite(value) ? value * factor : value;
  const all = chart.series.map((series, i) => ({
    series,
    colour: seriesColour(series.colour ?? i),
    x: series.points.map((point) => toNumber(point.x)),
  }));
  const lines = all.filter((line) => !isUpright(line));
  const upright = all.find(isUpright);
  const ends = (series: (typeof chart.series)[number], end: 'low' | 'high'): number[] =>
    series.points.map((point) => placed(toNumber(point[end])));
  return {
    xLabel: chart.xLabel,
    yLabel: chart.yLabel.length > longestAxisName ? 'value' : chart.yLabel,
    log: chart.isLogarithmic,
    integerX: false,
    ...(upright === undefined
      ? {}
      : {
          mark: upright.x[0] ?? null,
          notes: [
            {
              x: upright.x[0] ?? NaN,
              y: null,
              text: `¦ ${upright.series.name}`,
              colour: '--muted',
            } satisfies LineNote,
          ],
        }),
    ...(chart.isShare ? { yEnds: [0, 102] as const } : {}),
    series: lines.map(({ series, colour, x }) => ({
      label: series.name,
      x,
      y: series.points.map((point) => placed(toNumber(point.middle))),
      colour,
      gaps: true,
      points: !series.isReference && series.points.length <= mostMarked,
      ...(series.isReference ? { dash: [6, 4] as const } : {}),
    })),
    bands: lines.flatMap(({ series, colour, x }): LineBand[] =>
      series.points.every((point) => point.low === point.high)
        ? []
        : [{ label: series.name, x, low: ends(series, 'low'), high: ends(series, 'high'), colour, quiet: true }],
    ),
  };
}

/** Whether a line stands at one place, such as the dependency of a task: a mark, as a line has one value at a place. */
function isUpright({ x }: { readonly x: readonly number[] }): boolean {
  return x.length > 1 && x.every((place) => place === x[0]);
}

/** The caption of a report's picture: what the vertical axis is, then how to read it. */
export function captionOf(picture: ReportChart | ReportMap): string {
  const unit = 'isShare' in picture && picture.isShare ? ', %' : '';
  return `${picture.yLabel}${unit}. ${picture.caption}`;
}

/** A heatmap of a report as the page draws it: columns are its steps, and values from bottom to top its timesteps. */
export function mapBlock(map: ReportMap): RowBlock {
  const timesteps = Math.max(0, ...map.columns.map((column) => column.values.length));
  const steps = Float64Array.from(map.columns, (column) => column.x);
  const cells = new Float32Array(map.columns.length * timesteps).fill(NaN);
  map.columns.forEach((column, n) =>
    column.values.forEach((written, t) => {
      const value = toNumber(written);
      // Below the scale a value has the darkest colour; as a float it might become a zero.
      cells[n * timesteps + t] = value > 0 && value < map.low ? map.low : value;
    }),
  );
  return {
    timesteps,
    first: steps,
    last: steps,
    lengths: Int32Array.from(map.columns, (column) => column.values.length),
    max: cells,
    min: cells,
  };
}

/** The colours of a report's heatmap. */
export function mapScale(map: ReportMap): ColourScale {
  return { kind: 'log', low: map.low, high: map.high };
}
