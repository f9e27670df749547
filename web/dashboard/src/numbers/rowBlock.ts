/** "BFH1", the first four bytes of a block of rows, little-endian as the server writes them. */
export const rowBlockMagic = 0x42464831;

/** Rows of one metric over steps, column after column: value of column n at timestep t is `max[n * timesteps + t]`. */
export interface RowBlock {
  readonly timesteps: number;
  /** The first and last step that each column stands for; equal where a column is one row. */
  readonly first: Float64Array;
  readonly last: Float64Array;
  /** How many timesteps each column's row has; the rest is padding. */
  readonly lengths: Int32Array;
  readonly max: Float32Array;
  /** The smallest value of each bucket; the same array as `max` where every column is one row. */
  readonly min: Float32Array;
}

/** A block without columns. */
export function emptyBlock(): RowBlock {
  const none = new Float32Array(0);
  return {
    timesteps: 0,
    first: new Float64Array(0),
    last: new Float64Array(0),
    lengths: new Int32Array(0),
    max: none,
    min: none,
  };
}

/** Whether every column is one recorded row. */
export function isExact(block: RowBlock): boolean {
  return block.max === block.min;
}

/** Reads the server's binary form (contract: GET /api/runs/{id}/rows). */
export function decodeRowBlock(buffer: ArrayBuffer): RowBlock {
  const header = 16;
  if (buffer.byteLength < header) throw new Error('The rows are cut off: the header is missing.');
  const view = new DataView(buffer);
  if (view.getInt32(0, true) !== rowBlockMagic) throw new Error('The rows are not in the format BFH1.');
  const columns = view.getInt32(4, true);
  const timesteps = view.getInt32(8, true);
  const planes = view.getInt32(12, true);
  if (columns < 0 || timesteps < 0 || (planes !== 1 && planes !== 2)) {
    throw new Error('The header of the rows is wrong.');
  }
  const expected = header + columns * 20 + planes * columns * timesteps * 4;
  if (buffer.byteLength < expected) {
    throw new Error(`The rows are cut off: ${buffer.byteLength} bytes of ${expected}.`);
  }
  let offset = header;
  // Typed arrays of a slice, because steps of 8 bytes do not start at a multiple of 8 in every version of the header.
  const take = (bytes: number): ArrayBuffer => buffer.slice(offset, (offset += bytes));
  const first = new Float64Array(take(columns * 8));
  const last = new Float64Array(take(columns * 8));
  const lengths = new Int32Array(take(columns * 4));
  const max = new Float32Array(take(columns * timesteps * 4));
  const min = planes === 2 ? new Float32Array(take(columns * timesteps * 4)) : max;
  return { timesteps, first, last, lengths, max, min };
}

/** The column that holds a step: the newest that begins at or before it, else the first; −1 in an empty block. */
export function columnAt(block: RowBlock, step: number): number {
  let low = 0;
  let high = block.first.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((block.first[middle] ?? Infinity) <= step) low = middle + 1;
    else high = middle;
  }
  return block.first.length === 0 ? -1 : Math.max(0, low - 1);
}

/** One column's row without its padding. */
export function rowAt(block: RowBlock, column: number): Float32Array {
  const start = column * block.timesteps;
  return block.max.subarray(start, start + (block.lengths[column] ?? 0));
}

/** One new row of a live run. */
export interface NewRow {
  readonly step: number;
  readonly values: Float32Array;
}

/** Appends the rows that are newer than the block's last step, and thins when there are more than `most` columns. */
export function appendRows(block: RowBlock, rows: readonly NewRow[], most = 2048): RowBlock {
  const newest = block.last.at(-1) ?? -Infinity;
  const added = rows.filter((row) => row.step > newest);
  if (added.length === 0) return block;
  const columns = block.first.length + added.length;
  const timesteps = Math.max(block.timesteps, ...added.map((row) => row.values.length));
  const first = new Float64Array(columns);
  const last = new Float64Array(columns);
  const lengths = new Int32Array(columns);
  first.set(block.first);
  last.set(block.last);
  lengths.set(block.lengths);
  const max = widen(block.max, block, columns, timesteps);
  const min = isExact(block) ? max : widen(block.min, block, columns, timesteps);
  added.forEach((row, i) => {
    const column = block.first.length + i;
    first[column] = row.step;
    last[column] = row.step;
    lengths[column] = row.values.length;
    max.set(row.values, column * timesteps);
    if (min !== max) min.set(row.values, column * timesteps);
  });
  let result: RowBlock = { timesteps, first, last, lengths, max, min };
  while (result.first.length > most) result = halveBlock(result);
  return result;
}

/** Joins each two columns into one that keeps the larger and the smaller value of each timestep. */
export function halveBlock(block: RowBlock): RowBlock {
  const columns = Math.ceil(block.first.length / 2);
  const { timesteps } = block;
  const first = new Float64Array(columns);
  const last = new Float64Array(columns);
  const lengths = new Int32Array(columns);
  const max = new Float32Array(columns * timesteps).fill(NaN);
  const min = new Float32Array(columns * timesteps).fill(NaN);
  for (let column = 0; column < columns; column++) {
    const a = 2 * column;
    const b = Math.min(a + 1, block.first.length - 1);
    first[column] = block.first[a] ?? NaN;
    last[column] = block.last[b] ?? NaN;
    lengths[column] = Math.max(block.lengths[a] ?? 0, block.lengths[b] ?? 0);
    for (let t = 0; t < (lengths[column] ?? 0); t++) {
      const inA = t < (block.lengths[a] ?? 0);
      const inB = t < (block.lengths[b] ?? 0);
      const at = column * timesteps + t;
      const ia = inA ? a * timesteps + t : b * timesteps + t;
      const ib = inB ? b * timesteps + t : a * timesteps + t;
      const maxA = block.max[ia] ?? NaN;
      const maxB = block.max[ib] ?? NaN;
      // A value that is not finite is a finding: the first one of a bucket wins over every number.
      max[at] = !Number.isFinite(maxA) ? maxA : !Number.isFinite(maxB) ? maxB : Math.max(maxA, maxB);
      min[at] = smaller(block.min[ia] ?? NaN, block.min[ib] ?? NaN);
    }
  }
  return { timesteps, first, last, lengths, max, min };
}

function smaller(a: number, b: number): number {
  return !Number.isFinite(a) ? b : !Number.isFinite(b) ? a : Math.min(a, b);
}

function widen(plane: Float32Array, block: RowBlock, columns: number, timesteps: number): Float32Array {
  const wide = new Float32Array(columns * timesteps).fill(NaN);
  if (timesteps === block.timesteps) {
    wide.set(plane);
    return wide;
  }
  for (let column = 0; column < block.first.length; column++) {
    wide.set(plane.subarray(column * block.timesteps, (column + 1) * block.timesteps), column * timesteps);
  }
  return wide;
}
