import { describe, expect, it } from 'vitest';
import {
  appendRows,
  columnAt,
  decodeRowBlock,
  emptyBlock,
  halveBlock,
  isExact,
  rowAt,
  rowBlockMagic,
} from '../src/numbers/rowBlock.js';

interface Column {
  first: number;
  last: number;
  max: number[];
  min?: number[];
}

/** Writes the binary form as the contract states it, independently of the reader. */
function encode(columns: readonly Column[], timesteps: number, planes: 1 | 2): ArrayBuffer {
  const bytes: number[] = [];
  const push = (size: number, write: (view: DataView) => void): void => {
    const view = new DataView(new ArrayBuffer(size));
    write(view);
    bytes.push(...new Uint8Array(view.buffer));
  };
  const int = (value: number): void => push(4, (view) => view.setInt32(0, value, true));
  const double = (value: number): void => push(8, (view) => view.setFloat64(0, value, true));
  const plane = (rows: readonly (readonly number[])[]): void =>
    rows.forEach((row) => {
      for (let t = 0; t < timesteps; t++) push(4, (view) => view.setFloat32(0, row[t] ?? NaN, true));
    });
  [rowBlockMagic, columns.length, timesteps, planes].forEach(int);
  columns.forEach((column) => double(column.first));
  columns.forEach((column) => double(column.last));
  columns.forEach((column) => int(column.max.length));
  plane(columns.map((column) => column.max));
  if (planes === 2) plane(columns.map((column) => column.min ?? column.max));
  return new Uint8Array(bytes).buffer;
}

const exact = encode(
  [
    { first: 0, last: 0, max: [1, 2, 3] },
    { first: 10, last: 10, max: [4, 5] },
    { first: 20, last: 20, max: [NaN, Infinity, 0] },
  ],
  3,
  1,
);

describe('blocks of rows', () => {
  it('begin with the bytes 1HFB, which is BFH1 in little-endian order', () => {
    expect([...new Uint8Array(exact, 0, 4)].map((byte) => String.fromCharCode(byte)).join('')).toBe('1HFB');
  });

  it('are read as written, shorter rows without their padding', () => {
    const block = decodeRowBlock(exact);
    expect(isExact(block)).toBe(true);
    expect([...block.first]).toEqual([0, 10, 20]);
    expect([...rowAt(block, 0)]).toEqual([1, 2, 3]);
    expect([...rowAt(block, 1)]).toEqual([4, 5]);
    expect([...rowAt(block, 2)]).toEqual([NaN, Infinity, 0]);
  });

  it('have a second plane where columns stand for several steps', () => {
    const block = decodeRowBlock(encode([{ first: 0, last: 90, max: [5, 6], min: [1, 2] }], 2, 2));
    expect(isExact(block)).toBe(false);
    expect([...block.max]).toEqual([5, 6]);
    expect([...block.min]).toEqual([1, 2]);
    expect(block.last[0]).toBe(90);
  });

  it.each([
    ['another format', new ArrayBuffer(32)],
    ['a cut header', exact.slice(0, 8)],
    ['a cut plane', exact.slice(0, exact.byteLength - 4)],
  ])('refuse %s', (_what, buffer) => expect(() => decodeRowBlock(buffer)).toThrow());

  it('find the column of a step', () => {
    const block = decodeRowBlock(exact);
    expect([-5, 0, 9, 10, 19, 20, 999].map((step) => columnAt(block, step))).toEqual([0, 0, 0, 1, 1, 2, 2]);
    expect(columnAt(emptyBlock(), 3)).toBe(-1);
  });

  it('grow by rows that are newer, and ignore what they have', () => {
    const block = appendRows(decodeRowBlock(exact), [
      { step: 20, values: Float32Array.of(9, 9, 9) },
      { step: 30, values: Float32Array.of(7, 8, 9, 10) },
    ]);
    expect([...block.first]).toEqual([0, 10, 20, 30]);
    expect(block.timesteps).toBe(4);
    expect([...rowAt(block, 1)]).toEqual([4, 5]);
    expect([...rowAt(block, 3)]).toEqual([7, 8, 9, 10]);
  });

  it('thin by pairs and keep both extremes and the first value that is not finite', () => {
    const block = halveBlock(
      decodeRowBlock(
        encode(
          [
            { first: 0, last: 0, max: [1, 9, 3] },
            { first: 10, last: 10, max: [4, 5, -Infinity] },
            { first: 20, last: 20, max: [7] },
          ],
          3,
          1,
        ),
      ),
    );
    expect([...block.first]).toEqual([0, 20]);
    expect([...block.last]).toEqual([10, 20]);
    expect([...block.max].slice(0, 3)).toEqual([4, 9, -Infinity]);
    expect([...block.min].slice(0, 3)).toEqual([1, 5, 3]);
    expect([...rowAt(block, 1)]).toEqual([7]);
  });

  it('never hold more columns than asked, while the last step stays the newest', () => {
    let block = emptyBlock();
    for (let step = 0; step < 1000; step++) {
      block = appendRows(block, [{ step, values: Float32Array.of(step === 123 ? 99 : 1, 0) }], 64);
    }
    expect(block.first.length).toBeLessThanOrEqual(64);
    expect(block.last.at(-1)).toBe(999);
    expect(Math.max(...block.max)).toBe(99);
  });
});
