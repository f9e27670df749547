import type { ApiClient } from '../api/client.js';
import { toColumn } from '../numbers/parse.js';
import { columnAt, isExact, rowAt } from '../numbers/rowBlock.js';
import { blockKey } from './liveMerge.js';
import type { RunData } from './runData.svelte.js';

/** One row of a run: values over timesteps, or a spectrum. */
export interface RowAtStep {
  readonly step: number;
  readonly values: ArrayLike<number>;
  /** Whether these are the values of one recorded step, and not the extremes of several. */
  readonly exact: boolean;
}

/** Which row a panel shows. */
export interface RowRequest {
  readonly metric: string;
  readonly layer: number;
  readonly step: number;
}

/** How long the scrubber must rest before a single row is asked of the server. */
const restBeforeFetch = 90;

/**
 * The row at the scrubber's step. Blocks that the page already has answer at once; where their columns stand for
 * several steps, the exact row follows when the scrubber rests. Spectra are never shown as extremes of several steps.
 */
export class RowFollower {
  private fetched = $state.raw<(RowAtStep & { readonly key: string; readonly asked: number }) | null>(null);
  readonly current: RowAtStep | null;
  /** Whether the server has not answered yet: nothing is known of what was recorded. */
  readonly loading: boolean;

  constructor(api: ApiClient, run: RunData, request: () => RowRequest | null, mayApproximate = true) {
    const found = $derived.by(() => {
      const asked = request();
      if (asked === null) return null;
      const block = run.blocks.get(blockKey(asked.metric, asked.layer));
      if (block === undefined) return null;
      const column = columnAt(block, asked.step);
      if (column < 0) return null;
      const exact = isExact(block) || block.first[column] === block.last[column];
      return { step: block.first[column] ?? 0, values: rowAt(block, column), exact };
    });
    this.current = $derived.by(() => {
      const asked = request();
      if (asked === null || found === null) return null;
      if (found.exact) return found;
      const { fetched } = this;
      if (
        fetched !== null &&
        fetched.key === blockKey(asked.metric, asked.layer) &&
        (fetched.asked === asked.step || !mayApproximate)
      ) {
        return fetched;
      }
      return mayApproximate ? found : null;
    });
    this.loading = $derived.by(() => {
      const asked = request();
      return asked !== null && !run.blocks.has(blockKey(asked.metric, asked.layer));
    });
    $effect(() => {
      const asked = request();
      if (asked !== null) run.want(asked.metric, asked.layer);
    });
    $effect(() => {
      const asked = request();
      if (asked === null || found === null || found.exact) return;
      const abort = new AbortController();
      const timer = setTimeout(() => {
        api.row(run.id, asked.metric, asked.layer, asked.step, abort.signal).then(
          (answer) => {
            this.fetched = {
              key: blockKey(asked.metric, asked.layer),
              asked: asked.step,
              step: answer.step,
              values: toColumn(answer.values),
              exact: true,
            };
          },
          // The approximation stays: the stream's own state says whether the server is there.
          () => undefined,
        );
      }, restBeforeFetch);
      return () => {
        clearTimeout(timer);
        abort.abort();
      };
    });
  }
}
