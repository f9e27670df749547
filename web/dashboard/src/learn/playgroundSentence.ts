import { formatCountOf, formatNumber } from '../numbers/format.js';
import { rowAt } from '../numbers/rowBlock.js';
import type { TrainedNetwork } from './playground.svelte.js';

/** What the two heatmaps show at their newest step. */
export function playgroundSentence(
  networks: readonly (TrainedNetwork & { readonly title: string })[],
  step: number,
  lossWithoutMemory: number,
): string {
  if (step === 0) return '';
  const parts = networks.map(({ title, norms, losses }) => {
    const row = rowAt(norms, norms.first.length - 1);
    const share = (row[0] ?? NaN) / (row[row.length - 1] ?? NaN);
    return (
      `In the ${title} ${formatNumber(share)} of the last timestep’s gradient arrives at the first, ` +
      `and the loss is ${formatNumber(losses.at(-1))}.`
    );
  });
  return (
    `After ${formatCountOf(step, 'step')}: ${parts.join(' ')} ` +
    `To answer with the mean each time costs ${formatNumber(lossWithoutMemory)}.`
  );
}
