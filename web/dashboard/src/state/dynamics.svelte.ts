import { type ApiClient, type ApiError, asApiError, isAbort } from '../api/client.js';
import type { DynamicsAnswer } from '../api/types.js';

/** The dynamics of one checkpoint, measured when the reader asks. */
export class DynamicsMeasurement {
  answer = $state.raw<DynamicsAnswer | null>(null);
  error = $state.raw<ApiError | null>(null);
  busy = $state(false);
  private abort: AbortController | null = null;

  constructor(
    private readonly api: ApiClient,
    private readonly id: string,
  ) {}

  /** Asks the server; a newer question replaces an older one. */
  async measure(step: number, layer: number, timestep: number | null): Promise<void> {
    this.stop();
    const abort = new AbortController();
    this.abort = abort;
    this.busy = true;
    try {
      this.answer = await this.api.dynamics(this.id, { step, layer, timestep }, abort.signal);
      this.error = null;
    } catch (caught) {
      if (isAbort(caught)) return;
      this.error = asApiError(caught);
    } finally {
      if (this.abort === abort) this.busy = false;
    }
  }

  stop(): void {
    this.abort?.abort();
  }
}
