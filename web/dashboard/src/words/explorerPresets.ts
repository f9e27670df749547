import type { ExplorerSettings } from '../state/pageParameters.js';

/** A network to look at, and what it shows. */
export interface ExplorerPreset {
  readonly label: string;
  readonly settings: ExplorerSettings;
}

/** What the explorer shows where nothing is chosen. */
export const firstNetwork: ExplorerSettings = {
  cell: 'rnn',
  length: 8,
  scale: 0.8,
  forgetBias: 1,
  chrono: 0,
  hidden: 64,
  seed: 1,
};

/** In the order in which they build on each other. */
export const explorerPresets: readonly ExplorerPreset[] = [
  { label: 'Vanish', settings: { ...firstNetwork, length: 30, scale: 0.5 } },
  { label: 'Explode', settings: { ...firstNetwork, cell: 'rnn-relu', length: 40, scale: 2 } },
  { label: 'Saturate', settings: { ...firstNetwork, length: 100, scale: 1.2 } },
  { label: 'LSTM, bias 0', settings: { ...firstNetwork, cell: 'lstm', length: 50, forgetBias: 0 } },
  { label: 'LSTM, bias 3', settings: { ...firstNetwork, cell: 'lstm', length: 50, forgetBias: 3 } },
  { label: 'LSTM, chrono', settings: { ...firstNetwork, cell: 'lstm', length: 200, chrono: 200 } },
];
