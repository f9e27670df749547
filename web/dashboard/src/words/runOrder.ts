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

/** What a reader may group the list by. */
export type RunGrouping = 'none' | 'task' | 'cell' | 'report';

/** Runs under one heading; empty where the list has no groups. */
export interface RunGroup {
  readonly title: string;
  readonly runs: readonly RunSummary[];
}

/** Runs in groups, in the order in which the first of each comes; trials under the report that they belong to. */
export function groupRuns(ordered: readonly RunSummary[], by: RunGrouping): readonly RunGroup[] {
  if (by === 'none') return [{ title: '', runs: ordered }];
  const groups = new Map<string, RunSummary[]>();
  for (const run of ordered) {
    const title = by === 'report' ? (run.belongsTo ?? (run.kind === 'training' ? 'of their own' : run.id)) : run[by];
    const group = groups.get(title);
    if (group === undefined) groups.set(title, [run]);
    else group.push(run);
  }
  return [...groups].map(([title, runs]) => ({ title, runs }));
}

/** The runs that a list shows: trials, and the dependency page's networks, stand under their reports alone. */
export function listedRuns(runs: readonly RunSummary[], by: RunGrouping): readonly RunSummary[] {
  return by === 'report' ? runs : runs.filter((run) => run.belongsTo === null);
}

/** The filter as a regular expression where it stands between slashes; null where it is words, or no expression. */
function expressionOf(filter: string): RegExp | null {
  const written = /^\/(.+)\/$/.exec(filter.trim())?.[1];
  if (written === undefined) return null;
  try {
    return new RegExp(written, 'iu');
  } catch {
    return null;
  }
}

/** What is wrong with a filter, in a sentence; null where nothing is. */
export function filterProblem(filter: string): string | null {
  if (!filter.trim().startsWith('/') || expressionOf(filter) !== null) return null;
  const example = 'write one between slashes, such as /^(lstm|gru)-00/, or words without them';
  return `“${filter}” is no regular expression: ${example}.`;
}

/** The runs that match a filter, pinned ones first, then by a column; runs without a value come last. */
export function orderRuns(
  runs: readonly RunSummary[],
  filter: string,
  column: RunColumn,
  order: 'up' | 'down',
): readonly RunSummary[] {
  const expression = expressionOf(filter);
  const words = (filterProblem(filter) !== null || expression !== null ? '' : filter)
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const matching = runs.filter((run) => {
    const texts = [run.name, run.task, run.cell, run.status, run.id, ...run.tags, run.note];
    if (expression !== null) return texts.some((text) => expression.test(text));
    const text = texts.join(' ').toLowerCase();
    const tags = run.tags.map((tag) => `tag:${tag.toLowerCase()}`);
    return words.every((word) => tags.includes(word) || text.includes(word));
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
