import { scaleLinear, scaleLog } from 'd3-scale';
import { interpolateCividis, interpolatePuOr, interpolateViridis } from 'd3-scale-chromatic';
import { linearTicks, logTicks, tenTo } from '../numbers/ticks.js';

/** Red, green, blue, 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/** How a heatmap turns values into colours. All maps are safe for colour-blind readers. */
export interface ColourScale {
  readonly kind: 'log' | 'linear' | 'diverging';
  readonly low: number;
  readonly high: number;
}

/** What a value is to a scale: a colour of the map, an exact zero of a log scale, or not a finite number. */
export type Mark = 'value' | 'zero' | 'nonFinite';

/** Steps of the colour table. */
export const tableSize = 256;

/** Zeros on a logarithmic scale: a grey that no map contains, striped with its lighter half. */
export const zeroColours: readonly [Colour, Colour] = [
  [150, 150, 150],
  [205, 205, 205],
];

/** NaN and infinities: red and white in a checker, so that neither colour alone carries the meaning. */
export const nonFiniteColours: readonly [Colour, Colour] = [
  [214, 24, 56],
  [255, 255, 255],
];

/** The interpolator of a scale. */
export function interpolatorOf(kind: ColourScale['kind']): (share: number) => string {
  return kind === 'log' ? interpolateViridis : kind === 'linear' ? interpolateCividis : interpolatePuOr;
}

/** The colours of a scale as a table of `tableSize` entries. */
export function colourTable(kind: ColourScale['kind']): readonly Colour[] {
  const interpolate = interpolatorOf(kind);
  return Array.from({ length: tableSize }, (_, i) => parseColour(interpolate(i / (tableSize - 1))));
}

/** What a value is to a scale. */
export function markOf(scale: ColourScale, value: number): Mark {
  if (!Number.isFinite(value)) return 'nonFinite';
  return scale.kind === 'log' && value <= 0 ? 'zero' : 'value';
}

/** A function from values to 0 … 1 of the scale; values beyond its ends take the end's colour. */
export function shareOf(scale: ColourScale): (value: number) => number {
  const position =
    scale.kind === 'log'
      ? scaleLog().domain([scale.low, scale.high]).range([0, 1]).clamp(true)
      : scaleLinear().domain([scale.low, scale.high]).range([0, 1]).clamp(true);
  return (value) => position(value);
}

/** The index of a value in the colour table. Only for values that `markOf` calls 'value'. */
export function tableIndex(scale: ColourScale): (value: number) => number {
  if (scale.kind === 'log') {
    // The same as shareOf, written out: this is called for every pixel's cell.
    const start = Math.log(scale.low);
    const factor = (tableSize - 1) / (Math.log(scale.high) - start);
    return (value) => clampIndex((Math.log(value) - start) * factor);
  }
  const factor = (tableSize - 1) / (scale.high - scale.low);
  return (value) => clampIndex((value - scale.low) * factor);
}

/** The colour of one value as CSS text; zeros and non-finite values take the first colour of their pattern. */
export function colourOf(scale: ColourScale, value: number): string {
  const mark = markOf(scale, value);
  if (mark === 'zero') return cssColour(zeroColours[0]);
  if (mark === 'nonFinite') return cssColour(nonFiniteColours[0]);
  return interpolatorOf(scale.kind)(shareOf(scale)(value));
}

/** Where a legend of the scale has its ticks. */
export function scaleTicks(scale: ColourScale, most = 6): number[] {
  return scale.kind === 'log' ? logTicks(scale.low, scale.high, most) : linearTicks(scale.low, scale.high, most);
}

/**
 * The smallest scale that holds all values: whole decades where it is logarithmic, the highest `mostDecades` of them.
 * Values below are drawn in the lowest colour, and the legend says so.
 */
export function scaleAround(
  kind: ColourScale['kind'],
  planes: readonly { forEach(visit: (value: number) => void): void }[],
  mostDecades = 12,
): ColourScale {
  if (kind === 'linear') return { kind, low: 0, high: 1 };
  if (kind === 'diverging') return { kind, low: -1, high: 1 };
  let low = Infinity;
  let high = 0;
  // A browser compiles what it hands to forEach before it compiles a loop that runs for the first time.
  for (const plane of planes) {
    plane.forEach((value) => {
      if (value < low && value > 0) low = value;
      if (value > high && value < Infinity) high = value;
    });
  }
  if (!(high > 0)) return { kind, low: 1e-6, high: 1 };
  const last = Math.ceil(Math.log10(high) - 1e-9);
  const first = Math.max(Math.floor(Math.log10(low) + 1e-9), last - mostDecades);
  return { kind, low: tenTo(Math.min(first, last - 1)), high: tenTo(last) };
}

/** A colour as CSS text. */
export function cssColour([red, green, blue]: Colour): string {
  return `rgb(${red}, ${green}, ${blue})`;
}

/** Black or white, whichever is easier to read on a colour (WCAG relative luminance). */
export function inkOn(css: string): string {
  const [red, green, blue] = parseColour(css).map((part) => {
    const share = part / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
  return luminance > 0.179 ? '#000000' : '#ffffff';
}

/** Reads `#rrggbb` and `rgb(r, g, b)`, the two forms that d3's colour maps return. */
export function parseColour(css: string): Colour {
  if (css.startsWith('#')) {
    const number = parseInt(css.slice(1), 16);
    return [(number >> 16) & 255, (number >> 8) & 255, number & 255];
  }
  const parts = css.match(/\d+/g) ?? [];
  return [Number(parts[0] ?? 0), Number(parts[1] ?? 0), Number(parts[2] ?? 0)];
}

function clampIndex(position: number): number {
  return position <= 0 ? 0 : position >= tableSize - 1 ? tableSize - 1 : Math.round(position);
}
