import type { RunSummary } from '../api/types.js';

/** Runs of one comparison are created one right after the other. */
const togetherWithin = 2000;

const mostCompared = 4;

/** The dependency page trains for itself; its runs are no newest experiment. */
const ownRun = /^dependency-/;

/** The newest run, with those of its task that were started together with it; newest last in, oldest first out. */
export function newestTogether(runs: readonly RunSummary[]): readonly RunSummary[] {
  const byAge = runs
    .filter((run) => !ownRun.test(run.name))
    .sort((a, b) => Date.parse(a.created) - Date.parse(b.created));
  const newest = byAge.at(-1);
  if (newest === undefined) return [];
  const together = byAge.filter(
    (run) => run.task === newest.task && Date.parse(newest.created) - Date.parse(run.created) <= togetherWithin,
  );
  return together.slice(-mostCompared);
}
