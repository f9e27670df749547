import { floatsFromBase64, toColumn } from '../numbers/parse.js';
import { appendRows, type NewRow, type RowBlock } from '../numbers/rowBlock.js';
import { appendSeries, emptySeries, thinSeries, type StepSeries } from '../numbers/stepSeries.js';
import type { LiveRows, SeriesAnswer } from '../api/types.js';

/** Points of a series after which a live page thins it: twice what the server sends at once. */
const mostPoints = 4000;

/** Series by metric. */
export type SeriesMap = ReadonlyMap<string, StepSeries>;

/** Blocks of rows by `blockKey`. */
export type BlockMap = ReadonlyMap<string, RowBlock>;

/** The key of a block. */
export function blockKey(metric: string, layer: number): string {
  return `${metric}@${layer}`;
}

/** Appends what a live run sent; metrics that the page does not know yet are added. */
export function mergeScalars(known: SeriesMap, scalars: readonly SeriesAnswer[]): SeriesMap {
  if (scalars.length === 0) return known;
  const merged = new Map(known);
  for (const { metric, steps, values } of scalars) {
    const longer = appendSeries(merged.get(metric) ?? emptySeries(metric), steps, toColumn(values));
    merged.set(metric, longer.steps.length > mostPoints ? thinSeries(longer, mostPoints / 2) : longer);
  }
  return merged;
}

/** Appends rows to the blocks that the page has open; others are fetched when they are opened. */
export function mergeRows(known: BlockMap, rows: readonly LiveRows[]): BlockMap {
  const merged = new Map(known);
  let changed = false;
  for (const sent of rows) {
    const key = blockKey(sent.metric, sent.layer);
    const block = merged.get(key);
    if (block === undefined) continue;
    merged.set(key, appendRows(block, rowsOf(sent)));
    changed = true;
  }
  return changed ? merged : known;
}

/** Adds what is new by its key, keeping the order of steps. */
export function mergeKeyed<Item extends { readonly key: string; readonly step: number }>(
  known: readonly Item[],
  added: readonly Item[],
): readonly Item[] {
  const keys = new Set(known.map((item) => item.key));
  const fresh = added.filter((item) => !keys.has(item.key));
  return fresh.length === 0 ? known : [...known, ...fresh].sort((a, b) => a.step - b.step);
}

function rowsOf(sent: LiveRows): NewRow[] {
  const data = floatsFromBase64(sent.data);
  let start = 0;
  return sent.steps.map((step, i) => {
    const length = sent.lengths[i] ?? 0;
    const values = data.subarray(start, start + length);
    start += length;
    return { step, values };
  });
}
