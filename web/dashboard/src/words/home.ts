import type { RunSummary } from '../api/types.js';

/** Runs of one comparison are created one right after the other. */
const togetherWithin = 2000;

const mostCompared = 4;

const mostReports = 6;

/** What the first page leads to. */
export interface Home {
  /** The runs of the newest comparison, the oldest first; empty where there is none. */
  readonly comparison: readonly RunSummary[];
  /** The newest run that trains one network; null where there is none. */
  readonly newest: RunSummary | null;
  /** Experiments, diagnoses and sweeps, the newest first. */
  readonly reports: readonly RunSummary[];
  /** How many runs are the user's own: trials and the networks of the dependency page are not. */
  readonly count: number;
}

/** What matters most among the runs of a store. */
export function homeOf(runs: readonly RunSummary[]): Home {
  const own = runs
    .filter((run) => run.belongsTo === null)
    .sort((a, b) => Date.parse(b.created) - Date.parse(a.created));
  const trained = own.filter((run) => run.kind === 'training');
  const comparison = trained.map((run) => startedTogether(trained, run)).find((group) => group.length > 1) ?? [];
  return {
    comparison: comparison.slice(-mostCompared),
    newest: trained[0] ?? null,
    reports: own.filter((run) => run.kind !== 'training').slice(0, mostReports),
    count: own.length,
  };
}

/** A run with those of its task that were started shortly before it, the oldest first. */
function startedTogether(newestFirst: readonly RunSummary[], run: RunSummary): readonly RunSummary[] {
  const started = Date.parse(run.created);
  return newestFirst
    .filter((one) => {
      const before = started - Date.parse(one.created);
      return one.task === run.task && before >= 0 && before <= togetherWithin;
    })
    .reverse();
}
