import { type ApiError, asApiError } from '../api/client.js';
import type { EngineModule } from '../engine/engineModule.js';
import { toColumn, type JsonNumber } from '../numbers/parse.js';
import { appendRows, emptyBlock, type RowBlock } from '../numbers/rowBlock.js';

/** What the engine tells of a few steps of a small training. */
export interface PlaygroundSteps {
  readonly step: number;
  readonly steps: number;
  readonly length: number;
  readonly lossWithoutMemory: number;
  readonly networks: readonly {
    readonly cell: string;
    readonly hidden: number;
    readonly parameters: number;
    readonly losses: readonly JsonNumber[];
    /** T numbers for the first of these steps, T for the next. */
    readonly norms: readonly JsonNumber[];
  }[];
}

/** One network as far as it is trained. */
export interface TrainedNetwork {
  readonly cell: string;
  readonly hidden: number;
  readonly parameters: number;
  readonly losses: Float64Array;
  /** ‖∂L/∂hₜ‖₂ by timestep and step. */
  readonly norms: RowBlock;
}

/** A network with the steps that came after it. */
export function grown(
  network: TrainedNetwork | undefined,
  steps: PlaygroundSteps['networks'][number],
  length: number,
): TrainedNetwork {
  const { cell, hidden, parameters } = steps;
  const done = network?.losses.length ?? 0;
  const norms = Float32Array.from(toColumn(steps.norms));
  const rows = steps.losses.map((_, i) => ({
    step: done + i + 1,
    values: norms.subarray(i * length, (i + 1) * length),
  }));
  return {
    cell,
    hidden,
    parameters,
    losses: Float64Array.from([...(network?.losses ?? []), ...toColumn(steps.losses)]),
    norms: appendRows(network?.norms ?? emptyBlock(), rows),
  };
}

/** A small training in the page: one at a time, which can be stopped. */
export class Playground {
  networks = $state.raw<readonly TrainedNetwork[]>([]);
  step = $state(0);
  lossWithoutMemory = $state(NaN);
  isTraining = $state(false);
  error = $state.raw<ApiError | null>(null);
  private abort: AbortController | null = null;

  constructor(private readonly engine: EngineModule) {}

  async train(values: { readonly length: number; readonly steps: number; readonly seed: number }): Promise<void> {
    this.stop();
    const abort = new AbortController();
    this.abort = abort;
    this.networks = [];
    this.step = 0;
    this.error = null;
    this.isTraining = true;
    try {
      await this.engine.train<PlaygroundSteps>(values, (steps) => this.take(steps), abort.signal);
    } catch (caught) {
      this.error = asApiError(caught);
    }
    if (this.abort === abort) this.isTraining = false;
  }

  stop(): void {
    this.abort?.abort();
    this.isTraining = false;
  }

  private take(steps: PlaygroundSteps): void {
    this.networks = steps.networks.map((network, i) => grown(this.networks[i], network, steps.length));
    this.step = steps.step;
    this.lossWithoutMemory = steps.lossWithoutMemory;
  }
}
