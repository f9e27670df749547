import type { RowBlock } from '../numbers/rowBlock.js';

/** The share of the strongest gradient that still counts as reached: the horizon's limit. */
const reachedShare = 0.01;

/** The τ × t triangle as a block: column τ holds the gradients at t = 1 … τ. */
export function triangleBlock(map: Float32Array, count: number): RowBlock {
  const positions = Float64Array.from({ length: count }, (_, i) => i + 1);
  const lengths = Int32Array.from({ length: count }, (_, i) => i + 1);
  return { timesteps: count, first: positions, last: positions, lengths, max: map, min: map };
}

/** How many characters back a loss reaches: the largest lag above 1 % of its gradient at lag 0. */
export function reachOf(gradients: ArrayLike<number>): number {
  const last = gradients.length - 1;
  const limit = reachedShare * (gradients[last] ?? NaN);
  for (let t = 0; t < last; t++) {
    if ((gradients[t] ?? NaN) > limit) return last - t;
  }
  return 0;
}
