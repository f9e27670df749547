import {
  extentOf,
  isPlaced,
  xAxisLabel,
  xTicks,
  xTickText,
  type LineSeries,
  type LineSpec,
} from '../figures/lineSpec.js';
import { formatTicks } from '../numbers/format.js';
import { linearTicks, logTicks } from '../numbers/ticks.js';
import { framePicture, type Picture, type PictureColours, type PictureWords } from './picture.js';
import { element, textElement } from './svg.js';

const plot = { left: 64, top: 10, width: 640, height: 300 };

/** A line chart as a document: axes, grid, lines, legend, marks for zeros and non-finite values. */
export function lineChartPicture(spec: LineSpec, words: PictureWords, colours: PictureColours): Picture {
  const extent = extentOf(spec);
  const [low, high] = extent.y;
  const scale = spec.log ? Math.log : (value: number): number => value;
  const x = (value: number): number => plot.left + ((value - extent.x[0]) / (extent.x[1] - extent.x[0])) * plot.width;
  const y = (value: number): number =>
    plot.top + plot.height - ((scale(value) - scale(low)) / (scale(high) - scale(low))) * plot.height;
  const foot = plot.top + plot.height;
  const parts: string[] = [];
  const ticks = spec.log ? logTicks(low, high, 8) : linearTicks(low, high, 7);
  const tickTexts = formatTicks(ticks, spec.log);
  for (const [i, tick] of ticks.entries()) {
    parts.push(
      element('line', { x1: plot.left, x2: plot.left + plot.width, y1: y(tick), y2: y(tick), stroke: colours.grid }),
    );
    parts.push(
      textElement(plot.left - 8, y(tick) + 4, tickTexts[i] ?? '', { 'text-anchor': 'end', fill: colours.muted }),
    );
  }
  for (const tick of xTicks(spec, extent.x[0], extent.x[1], 7)) {
    parts.push(
      textElement(x(tick), foot + 18, xTickText(spec, tick), { 'text-anchor': 'middle', fill: colours.muted }),
    );
  }
  parts.push(
    textElement(plot.left + plot.width / 2, foot + 36, xAxisLabel(spec), {
      'text-anchor': 'middle',
      fill: colours.muted,
    }),
  );
  parts.push(
    textElement(0, 0, spec.yLabel, {
      transform: `translate(12 ${plot.top + plot.height / 2}) rotate(-90)`,
      'text-anchor': 'middle',
      fill: colours.muted,
    }),
  );
  if (spec.marker !== null && spec.marker !== undefined) {
    const at = x(spec.marker);
    parts.push(
      element('line', { x1: at, x2: at, y1: plot.top, y2: foot, stroke: colours.text, 'stroke-dasharray': '3 3' }),
    );
  }
  for (const series of spec.series) parts.push(...lineElements(series, spec, colours, x, y, foot));
  const legend = legendElements(spec, extent, colours, foot + 58);
  return framePicture(
    words,
    colours,
    plot.left + plot.width + 16,
    foot + 66 + legend.height,
    parts.join('') + legend.content,
  );
}

function lineElements(
  series: LineSeries,
  spec: LineSpec,
  colours: PictureColours,
  x: (value: number) => number,
  y: (value: number) => number,
  foot: number,
): string[] {
  const stroke = colours.colour(series.colour);
  const pen = {
    fill: 'none',
    stroke,
    'stroke-width': series.faint === true ? 1 : (series.width ?? 1.75),
    'stroke-linejoin': 'round',
    opacity: series.faint === true ? 0.3 : 1,
    ...(series.dash === undefined ? {} : { 'stroke-dasharray': series.dash.join(' ') }),
  };
  const ends = extentOf(spec).y;
  const parts: string[] = [];
  let path: string[] = [];
  const flush = (): void => {
    if (path.length > 0) parts.push(element('polyline', { points: path.join(' '), ...pen }));
    path = [];
  };
  for (let i = 0; i < series.x.length; i++) {
    const at = x(series.x[i] ?? NaN);
    const value = series.y[i] ?? NaN;
    if (series.loose === true && !(value >= ends[0] && value <= ends[1])) {
      flush();
      continue;
    }
    if (isPlaced(value, spec.log)) {
      path.push(`${at.toFixed(2)},${y(value).toFixed(2)}`);
      if (series.points === true) parts.push(element('circle', { cx: at, cy: y(value), r: 2.5, fill: stroke }));
      continue;
    }
    flush();
    if (series.faint === true) continue;
    parts.push(
      textElement(at, Number.isFinite(value) ? foot - 3 : plot.top + 12, Number.isFinite(value) ? '▽' : '×', {
        'text-anchor': 'middle',
        fill: stroke,
      }),
    );
  }
  flush();
  return parts;
}

function legendElements(
  spec: LineSpec,
  extent: ReturnType<typeof extentOf>,
  colours: PictureColours,
  top: number,
): { content: string; height: number } {
  const parts: string[] = [];
  let left = plot.left;
  let line = 0;
  const add = (width: number, draw: (x: number, y: number) => string): void => {
    if (left + width > plot.left + plot.width && left > plot.left) {
      left = plot.left;
      line++;
    }
    parts.push(draw(left, top + 18 * line));
    left += width;
  };
  for (const series of spec.series.filter((one) => one.faint !== true)) {
    add(
      40 + series.label.length * 6.6,
      (x, y) =>
        element('line', {
          x1: x,
          x2: x + 18,
          y1: y - 4,
          y2: y - 4,
          stroke: colours.colour(series.colour),
          'stroke-width': 2.5,
          ...(series.dash === undefined ? {} : { 'stroke-dasharray': series.dash.join(' ') }),
        }) + textElement(x + 24, y, series.label, { fill: colours.text }),
    );
  }
  if (extent.zeros) add(60, (x, y) => textElement(x, y, '▽ zero', { fill: colours.muted }));
  if (extent.nonFinite) add(110, (x, y) => textElement(x, y, '× not finite', { fill: colours.muted }));
  return { content: parts.join(''), height: 18 * line };
}
