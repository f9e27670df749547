import { type ApiClient, type ApiError, asApiError, isAbort } from '../api/client.js';

/** A question with its values, answered after a while. */
type Answering<V, T> = (values: V, signal: AbortSignal) => Promise<T>;

/** What a figure asks; the newest question counts. */
export class AnsweredBy<V, T> {
  answer = $state.raw<T | null>(null);
  error = $state.raw<ApiError | null>(null);
  /** Whether the answer belongs to an older question. */
  isAsking = $state.raw(false);

  constructor(private readonly answering: Answering<V, T>) {}

  /** Asks, and returns what gives the question up. */
  ask(values: V): () => void {
    const abort = new AbortController();
    this.isAsking = true;
    this.answering(values, abort.signal).then(
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

/** What a lesson's figure asks the engine: one question by its name. */
export class Asked<T> extends AnsweredBy<Readonly<Record<string, string | number>>, T> {
  constructor(api: ApiClient, question: string) {
    super((values, signal) => api.ask<T>(question, values, signal));
  }
}
