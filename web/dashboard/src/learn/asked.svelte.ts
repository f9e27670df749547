import { type ApiClient, type ApiError, asApiError, isAbort } from '../api/client.js';

/** What a lesson's figure asks the engine; the newest question counts. */
export class Asked<T> {
  answer = $state.raw<T | null>(null);
  error = $state.raw<ApiError | null>(null);
  /** Whether an answer is under way. */
  waits = $state.raw(false);

  constructor(
    private readonly api: ApiClient,
    private readonly question: string,
  ) {}

  /** Asks, and returns what gives the question up. */
  ask(values: Readonly<Record<string, string | number>>): () => void {
    const abort = new AbortController();
    this.waits = true;
    this.api.askEngine<T>(this.question, values, abort.signal).then(
      (answer) => {
        this.answer = answer;
        this.error = null;
        this.waits = false;
      },
      (caught: unknown) => {
        if (isAbort(caught)) return;
        this.error = asApiError(caught);
        this.waits = false;
      },
    );
    return () => abort.abort();
  }
}
