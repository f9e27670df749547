import { columnAt, isExact, type RowBlock } from '../numbers/rowBlock.js';
import { linearTicks } from '../numbers/ticks.js';
import {
  colourTable,
  markOf,
  nonFiniteColours,
  tableIndex,
  zeroColours,
  type Colour,
  type ColourScale,
} from './colourScale.js';

/** Pixels as ImageData holds them. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

/** Side of a pattern's squares in pixels. */
const patternSize = 3;

/** The steps that a block spans: the last column is as wide as the columns are on average. */
export function stepRange(block: RowBlock): [number, number] {
  const columns = block.first.length;
  if (columns === 0) return [0, 1];
  const start = block.first[0] ?? 0;
  const end = block.last[columns - 1] ?? start;
  const gap = columns > 1 ? Math.max((end - start) / (columns - 1), Number.MIN_VALUE) : 1;
  return [start, Math.max(end, block.first[columns - 1] ?? end) + gap];
}

/**
 * Paints a block: steps to the right, timesteps upwards, so that backpropagation runs down. Every pixel takes the
 * colour of the cell under its centre; nothing is blended. Cells without a value stay transparent.
 */
export function paintHeatmap(pixels: Pixels, block: RowBlock, scale: ColourScale): void {
  const { width, height, data } = pixels;
  const { timesteps } = block;
  data.fill(0);
  if (block.first.length === 0 || timesteps === 0) return;
  const colours = new Uint32Array(data.buffer, data.byteOffset, width * height);
  const table = Uint32Array.from(colourTable(scale.kind), packed);
  const index = tableIndex(scale);
  const columns = columnOfPixel(block, width);
  const rows = Int32Array.from(
    { length: height },
    (_, y) => timesteps - 1 - Math.min(timesteps - 1, Math.floor(((y + 0.5) * timesteps) / height)),
  );
  for (let x = 0; x < width; x++) {
    const column = columns[x] ?? 0;
    const length = block.lengths[column] ?? 0;
    // A cell is taller than a pixel: its colour is looked up once.
    let [t, value, colour, marked] = [-1, 0, 0, false];
    for (let y = 0; y < height; y++) {
      const row = rows[y] ?? 0;
      if (row >= length) continue;
      if (row !== t) {
        t = row;
        value = block.max[column * timesteps + row] ?? NaN;
        marked = markOf(scale, value) !== 'value';
        colour = marked ? 0 : (table[index(value)] ?? 0);
      }
      colours[y * width + x] = marked ? packed(patternOf(scale, value, x, y)) : colour;
    }
  }
}

/** The column and timestep (from 0) under a place, both from 0 to 1, y from the top; null beside the data. */
export function cellAt(block: RowBlock, x: number, y: number): { column: number; timestep: number } | null {
  if (block.first.length === 0 || x < 0 || x >= 1 || y < 0 || y >= 1) return null;
  const [start, end] = stepRange(block);
  const column = columnAt(block, start + x * (end - start));
  const timestep = block.timesteps - 1 - Math.floor(y * block.timesteps);
  return column < 0 || timestep >= (block.lengths[column] ?? 0) ? null : { column, timestep };
}

/** Where the middle of a step's column lies, from 0 to 1. */
export function placeOfStep(block: RowBlock, step: number): number {
  const [start, end] = stepRange(block);
  const column = columnAt(block, step);
  const from = block.first[column] ?? start;
  const to = block.first[column + 1] ?? end;
  return ((from + to) / 2 - start) / (end - start);
}

/**
 * Round steps for the axis, about so many. The number of a recorded step stands below the middle of its column, so
 * where every column is one step and some of the round ones were recorded, no other number stands between them.
 */
export function stepTicks(block: RowBlock, about: number): number[] {
  const [start, end] = stepRange(block);
  const newest = block.last.at(-1) ?? Infinity;
  const ticks = linearTicks(start, end, about).filter((tick) => Number.isInteger(tick) && tick <= newest);
  const recorded = ticks.filter((tick) => block.first[columnAt(block, tick)] === tick);
  return isExact(block) && recorded.length > 0 ? recorded : ticks;
}

/** Whether a block holds zeros or values below or above a scale, or values that are not finite. */
export function specialsOf(
  block: RowBlock,
  scale: ColourScale,
): {
  zeros: boolean;
  nonFinite: boolean;
  below: boolean;
  above: boolean;
} {
  const found = { zeros: false, nonFinite: false, below: false, above: false };
  // A float32 of 1e-6 lies just below 1e-6: that is rounding, not a value beyond the scale.
  const [low, high] = [scale.low - 1e-6 * Math.abs(scale.low), scale.high + 1e-6 * Math.abs(scale.high)];
  const logarithmic = scale.kind === 'log';
  block.max.forEach((value, i) => {
    if (!Number.isFinite(value)) {
      found.nonFinite ||= i % block.timesteps < (block.lengths[Math.floor(i / block.timesteps)] ?? 0);
    } else if (logarithmic && value <= 0) found.zeros = true;
    else if (value < low) found.below = true;
    else if (value > high) found.above = true;
  });
  return found;
}

function columnOfPixel(block: RowBlock, width: number): Int32Array {
  const [start, end] = stepRange(block);
  const columns = new Int32Array(width);
  let column = 0;
  for (let x = 0; x < width; x++) {
    const step = start + ((x + 0.5) / width) * (end - start);
    while (column + 1 < block.first.length && (block.first[column + 1] ?? Infinity) <= step) column++;
    columns[x] = column;
  }
  return columns;
}

/** The pixel of a pattern that marks a value: stripes for a zero, a checker for what is not finite. */
function patternOf(scale: ColourScale, value: number, x: number, y: number): Colour {
  if (markOf(scale, value) === 'zero') return zeroColours[Math.floor((x + y) / patternSize) % 2 === 1 ? 1 : 0];
  return nonFiniteColours[(Math.floor(x / patternSize) + Math.floor(y / patternSize)) % 2 === 1 ? 1 : 0];
}

/** An opaque colour of ImageData, read as a number of 32 bits; every machine with a browser is little-endian. */
function packed([red, green, blue]: Colour): number {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
