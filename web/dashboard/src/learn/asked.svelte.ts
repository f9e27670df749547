import { type ApiClient, type ApiError, asApiError, isAbort } from '../api/client.js';

/** What a lesson's figure asks the engine; the newest question counts. */
export class Asked<T> {
  answer = $state.raw<T | null>(null);
  error = $state.raw<ApiError | null>(null);
  /** Whether the answer belongs to an older question. */
  isAsking = $state.raw(false);

  constructor(
    private readonly api: ApiClient,
    private readonly question: string,
  ) {}

  /** Asks, and returns what gives the question up. */
  ask(values: Readonly<Record<string, string | number>>): () => void {
    const abort = new AbortController();
    this.isAsking = true;
    this.api.ask<T>(this.question, values, abort.signal).then(
      (answer) => {
        this.answer = answer;
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
