import { type ApiClient, type ApiError, asApiError, isAbort } from '../api/client.js';

/** The engine's answer to one question by name; the newest question counts. */
export class AskedQuestion<T> {
  answer = $state.raw<T | null>(null);
  error = $state.raw<ApiError | null>(null);

  constructor(
    private readonly api: ApiClient,
    private readonly name: string,
  ) {}

  /** Asks, and returns what gives the question up. */
  ask(values: Readonly<Record<string, string>>): () => void {
    const abort = new AbortController();
    this.api.question<T>(this.name, new URLSearchParams(values), abort.signal).then(
      (answer) => {
        this.answer = answer;
        this.error = null;
      },
      (caught: unknown) => {
        if (isAbort(caught)) return;
        this.error = asApiError(caught);
      },
    );
    return () => abort.abort();
  }
}
