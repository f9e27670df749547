import type { RunSummary } from '../api/types.js';
import { toNumber } from '../numbers/parse.js';

/** A column that the list of runs can be sorted by. */
export type RunColumn =
  'status' | 'name' | 'task' | 'cell' | 'step' | 'loss' | 'validation' | 'context' | 'reach' | 'verdicts' | 'created';

/** The columns in the order of the table, with their heads. */
export const runColumns: readonly (readonly [RunColumn, string])[] = [
  ['status', 'Status'],
  ['name', 'Name'],
  ['task', 'Task'],
  ['cell', 'Cell'],
  ['step', 'Step'],
  ['loss', 'Loss'],
  ['validation', 'Validation'],
  ['context', 'Context'],
  ['reach', 'Reach'],
  ['verdicts', 'Verdicts'],
  ['created', 'Started'],
];

/** What a reader who sorts by a column wants to see first: names from a on, small losses, the largest of others. */
export function firstOrder(column: RunColumn): 'up' | 'down' {
  return ['name', 'task', 'cell', 'loss', 'validation'].includes(column) ? 'up' : 'down';
}

/** The runs that match a filter, pinned ones first, then by a column; runs without a value come last. */
export function orderRuns(
  runs: readonly RunSummary[],
  filter: string,
  column: RunColumn,
  order: 'up' | 'down',
): readonly RunSummary[] {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const matching =
    words.length === 0
      ? [...runs]
      : runs.filter((run) => {
          const text = `${run.name} ${run.task} ${run.cell} ${run.status} ${run.id}`.toLowerCase();
          return words.every((word) => text.includes(word));
        });
  const direction = order === 'up' ? 1 : -1;
  return matching.sort(
    (a, b) => Number(b.pinned) - Number(a.pinned) || compare(keyOf(a, column), keyOf(b, column), direction),
  );
}

function keyOf(run: RunSummary, column: RunColumn): string | number {
  switch (column) {
    case 'status':
    case 'name':
    case 'task':
    case 'cell':
      return run[column].toLowerCase();
    case 'step':
      return run.step;
    case 'loss':
      return toNumber(run.trainingLoss);
    case 'validation':
      return toNumber(run.validationLoss);
    case 'context':
      return toNumber(run.effectiveContext);
    case 'reach':
      return toNumber(run.gradientReach);
    case 'verdicts':
      return run.verdicts.error * 1e6 + run.verdicts.warning;
    case 'created':
      return Date.parse(run.created);
  }
}

function compare(a: string | number, b: string | number, direction: number): number {
  const missing = Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  if (missing !== 0) return missing;
  return a < b ? -direction : a > b ? direction : 0;
}
