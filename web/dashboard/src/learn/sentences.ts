import { formatCountOf, formatNumber } from '../numbers/format.js';

/** What is left at the first timestep, and the factor of one timestep. */
export interface Decay {
  readonly left: number;
  readonly factor: number;
  readonly factors: number;
}

/** The decay of a gradient that is 1 at the last timestep. */
export function decayOf(relative: ArrayLike<number>): Decay {
  const factors = relative.length - 1;
  const left = relative[0] ?? NaN;
  return { left, factor: factors > 0 ? left ** (1 / factors) : NaN, factors };
}

/** A timestep keeps so much of the gradient that a reader would call it kept. */
const kept = 0.02;

/** Which of the three regimes a factor per timestep belongs to. */
export function regimeOf({ factor }: Decay): 'vanishing' | 'stable' | 'exploding' {
  return factor > 1 + kept ? 'exploding' : factor < 1 - kept ? 'vanishing' : 'stable';
}

/** What the figure of the three regimes shows. */
export function regimeSentence(decay: Decay, scale: number): string {
  const { left, factor, factors } = decay;
  if (!Number.isFinite(left)) return 'The gradient left the range of numbers.';
  if (left === 0) return `Nothing is left after ${formatCountOf(factors, 'timestep')}: the gradient is exactly 0.`;
  const measured =
    `After ${formatCountOf(factors, 'timestep')} ${formatNumber(left)} of the ` +
    `gradient is left: each timestep multiplies it by ${formatNumber(factor)}.`;
  if (scale > 1 && factor < 1) {
    return (
      `${measured} σ₁ is ${formatNumber(scale)}, above 1, and the gradient vanishes all the same: ` +
      `the states saturate, and the slopes of tanh take ${formatNumber(factor / scale)} of it at each timestep.`
    );
  }
  if (factor > 1 + kept) return `${measured} It explodes, and the next update throws the weights away.`;
  if (factor < 1 - kept) {
    return `${measured} It vanishes: what happened at the first timestep hardly moves a weight.`;
  }
  return `${measured} It stays: this is the narrow place between the other two.`;
}

/** What the figure of the activations shows, after as many timesteps as it has. */
export function activationSentence(cells: readonly { readonly name: string; readonly decay: Decay }[]): string {
  const parts = cells.map(
    ({ name, decay }) => `${name} leaves ${formatNumber(decay.left)} (×${formatNumber(decay.factor)} per timestep)`,
  );
  return `After ${formatCountOf(cells[0]?.decay.factors ?? 0, 'timestep')} ${parts.join(', ')}.`;
}

/** What the figure of the gates shows. */
export function gateSentence(decay: Decay, forget: number, carousel: number): string {
  const half = Math.log(0.5) / Math.log(forget);
  return (
    `The forget gate stands at ${formatNumber(forget)} on average, so that half of the cell state’s ` +
    `gradient is left ` +
    `after ${formatNumber(half)} ${half === 1 ? 'timestep' : 'timesteps'}. Over ` +
    `${formatCountOf(decay.factors, 'timestep')} the carousel Π f keeps ` +
    `${formatNumber(carousel)}, and ∂L/∂hₜ as a whole ${formatNumber(decay.left)}.`
  );
}
