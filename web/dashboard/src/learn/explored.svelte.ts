import { type ApiClient, type ApiError, asApiError, isAbort } from '../api/client.js';
import type { ExplorerAnswer } from '../api/types.js';

/** The network that a figure asks the engine for. */
export interface Explored {
  readonly cell: string;
  readonly length: number;
  readonly scale: number;
  readonly forgetBias?: number;
}

/** Units and seed of every figure of the lessons: enough units for a smooth curve, and one draw for all readers. */
const common = { hidden: 64, seed: 1 };

/** The engine's answers for one or more networks; the newest question counts. */
export class ExploredNetworks {
  answers = $state.raw<readonly ExplorerAnswer[]>([]);
  error = $state.raw<ApiError | null>(null);
  /** Whether the answers belong to an older question. */
  isAsking = $state(false);

  constructor(private readonly api: ApiClient) {}

  /** Asks, and returns what gives the question up. */
  ask(networks: readonly Explored[]): () => void {
    const abort = new AbortController();
    this.isAsking = true;
    Promise.all(networks.map((network) => this.api.explorer(queryOf(network), abort.signal))).then(
      (answers) => {
        this.answers = answers;
        this.error = null;
        this.isAsking = false;
      },
      (caught: unknown) => {
        if (isAbort(caught)) return;
        this.error = asApiError(caught);
        this.isAsking = false;
      },
    );
    return () => abort.abort();
  }
}

function queryOf(network: Explored): URLSearchParams {
  return new URLSearchParams(
    Object.entries({ forgetBias: 1, ...common, ...network }).map(([name, value]): [string, string] => [
      name,
      String(value),
    ]),
  );
}
