import { bandOpacity, placedRuns } from '../figures/linePainter.js';
import { placeHeadNotes } from '../figures/lineNotes.js';
import {
  extentOf,
  isGap,
  isPlaced,
  xAxisLabel,
  xShare,
  xTicks,
  xTickText,
  type LineSeries,
  type LineSpec,
} from '../figures/lineSpec.js';
import { formatTicks } from '../numbers/format.js';
import { linearTicks, logTicks } from '../numbers/ticks.js';
import { framePicture, type Picture, type PictureColours, type PictureWords } from './picture.js';
import { element, textElement } from './svg.js';

/** The average width of a character: the fonts of the reader's viewer are not known here. */
const characterWidth = 6.6;

const plot = { left: 64, top: 10, width: 640, height: 300 };

/** A line chart as a document: axes, grid, lines, legend, marks for zeros and non-finite values. */
export function lineChartPicture(spec: LineSpec, words: PictureWords, colours: PictureColours): Picture {
  const extent = extentOf(spec);
  const [low, high] = extent.y;
  const scale = spec.log ? Math.log : (value: number): number => value;
  const x = (value: number): number => plot.left + xShare(spec, value, extent.x) * plot.width;
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
  parts.push(...bandElements(spec, colours, x, y));
  for (const series of spec.series) parts.push(...lineElements(series, spec, colours, x, y, foot));
  parts.push(...noteElements(spec, colours, x, y));
  const legend = legendElements(spec, extent, colours, foot + 58);
  return framePicture(
    words,
    colours,
    plot.left + plot.width + 16,
    foot + 66 + legend.height,
    parts.join('') + legend.content,
  );
}

function bandElements(
  spec: LineSpec,
  colours: PictureColours,
  x: (value: number) => number,
  y: (value: number) => number,
): string[] {
  return (spec.bands ?? []).flatMap((band) =>
    placedRuns(band.low, band.high, spec.log).map((run) => {
      const at = (i: number, value = NaN): string => `${x(band.x[i] ?? NaN).toFixed(2)},${y(value).toFixed(2)}`;
      const points = [...run.map((i) => at(i, band.high[i])), ...run.toReversed().map((i) => at(i, band.low[i]))];
      return element('polygon', {
        points: points.join(' '),
        fill: colours.colour(band.colour),
        'fill-opacity': bandOpacity,
      });
    }),
  );
}

function noteElements(
  spec: LineSpec,
  colours: PictureColours,
  x: (value: number) => number,
  y: (value: number) => number,
): string[] {
  const notes = spec.notes ?? [];
  const heads = placeHeadNotes(notes, [plot.left, plot.left + plot.width], x, (text) => text.length * characterWidth);
  return [
    ...notes.flatMap((note) =>
      note.y === null
        ? []
        : [
            textElement(x(note.x), y(note.y) + (note.below === true ? 15 : -7), note.text, {
              'text-anchor': 'middle',
              fill: colours.colour(note.colour),
            }),
          ],
    ),
    ...heads.flatMap(({ note, x: at, sign, words, left }) => {
      const fill = colours.colour(note.colour);
      return [
        textElement(at, plot.top + 11, sign, { 'text-anchor': 'middle', fill }),
        ...(left === null ? [] : [textElement(left, plot.top + 25, words, { fill })]),
      ];
    }),
  ];
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
      const before = path.at(-1);
      if (series.stepped === true && before !== undefined) path.push(`${at.toFixed(2)},${before.split(',')[1]}`);
      path.push(`${at.toFixed(2)},${y(value).toFixed(2)}`);
      if (series.points === true) parts.push(element('circle', { cx: at, cy: y(value), r: 2.5, fill: stroke }));
      continue;
    }
    flush();
    if (series.faint === true || isGap(series, value)) continue;
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
      40 + series.label.length * characterWidth,
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
  for (const band of (spec.bands ?? []).filter((one) => one.quiet !== true)) {
    add(
      40 + band.label.length * characterWidth,
      (x, y) =>
        element('rect', {
          x,
          y: y - 9,
          width: 18,
          height: 10,
          fill: colours.colour(band.colour),
          'fill-opacity': 2 * bandOpacity,
        }) + textElement(x + 24, y, band.label, { fill: colours.text }),
    );
  }
  if (extent.zeros) add(60, (x, y) => textElement(x, y, '▽ zero', { fill: colours.muted }));
  if (extent.nonFinite) add(110, (x, y) => textElement(x, y, '× not finite', { fill: colours.muted }));
  return { content: parts.join(''), height: 18 * line };
}
