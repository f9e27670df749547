import type { ApiClient } from '../api/client.js';
import type { ExplorerAnswer } from '../api/types.js';
import { AnsweredBy } from './asked.svelte.js';

/** The network that a figure asks the engine for. */
export interface Explored {
  readonly cell: string;
  readonly length: number;
  readonly scale: number;
  readonly forgetBias?: number;
}

/** Units and seed of every figure of the lessons: enough units for a smooth curve, and one draw for all readers. */
const common = { forgetBias: 1, hidden: 64, seed: 1 };

/** The engine's answers for one or more networks. */
export class ExploredNetworks extends AnsweredBy<readonly Explored[], readonly ExplorerAnswer[]> {
  constructor(api: ApiClient) {
    super((networks, signal) =>
      Promise.all(networks.map((network) => api.ask<ExplorerAnswer>('explorer', { ...common, ...network }, signal))),
    );
  }

  /** The answers in the order of the networks; none before the first. */
  get answers(): readonly ExplorerAnswer[] {
    return this.answer ?? [];
  }
}
