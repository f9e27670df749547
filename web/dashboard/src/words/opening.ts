import { formatCount, formatCountOf, formatNumber, formatShare } from '../numbers/format.js';

/** What the live page's opening sentence is made of. */
export interface OpeningFacts {
  /** Timesteps, T. */
  readonly timesteps: number;
  /** Largest lag above 1 % of the norm at lag 0. */
  readonly horizon: number | null;
  /** The same of the last answer's gradient alone; null where it was not measured. */
  readonly answerHorizon?: number | null;
  /** Factor per timestep of the fitted decay. */
  readonly decay: number | null;
  /** How well one rate describes the profile, R². */
  readonly confidence: number | null;
  /** The profile at the chosen step. */
  readonly profile: ArrayLike<number> | null;
  readonly step: number;
  readonly layers: number;
  readonly layer: number;
}

/** The total gradient mixes the losses of all later timesteps; its horizon is memory only where the loss comes last. */
export const everyLoss =
  'If each timestep has a loss of its own, only the itemised gradient shows how far back one loss reaches.';

/** Below this R² no single rate describes the profile (docs/telemetry.md, gradient horizon). */
const singleRate = 0.9;

/** What the chosen step shows, in a sentence or two. */
export function openingSentence(facts: OpeningFacts): string {
  const where = facts.layers > 1 ? ` of layer ${facts.layer}` : '';
  if (facts.profile !== null && Array.from(facts.profile).some((value) => !Number.isFinite(value))) {
    const here = `at step ${formatCount(facts.step)}`;
    return `The gradient${where} is not a finite number ${here}: nothing after this step can be learned.`;
  }
  const { horizon, decay } = facts;
  if (horizon === null || Number.isNaN(horizon) || facts.timesteps === 0) {
    return `No gradient${where} has been recorded at step ${formatCount(facts.step)} yet.`;
  }
  const farthest = facts.timesteps - 1;
  const named =
    decay !== null && Number.isFinite(decay) && (facts.confidence === null || !(facts.confidence < singleRate));
  if (named && decay > 1.0005) {
    const end = horizon >= farthest ? `: it reaches all ${facts.timesteps} timesteps and may explode` : '';
    return `The gradient${where} grows by a factor of ${formatNumber(decay)} per timestep on its way back${end}.`;
  }
  const answer = facts.answerHorizon ?? null;
  if (answer !== null && !Number.isNaN(answer)) return answerSentence(where, answer, farthest);
  const start = named
    ? `The gradient${where} falls by a factor of ${formatNumber(decay)} per timestep`
    : `The gradient${where} follows no single rate`;
  if (horizon >= farthest) {
    return `${start}: it stays above 1 % of its last value over all ${facts.timesteps} timesteps. ${everyLoss}`;
  }
  if (horizon === 0) return `${start}: this network learns from the last timestep alone.`;
  return `${start}: this network learns at most ${formatCountOf(horizon, 'timestep')} back, of ${farthest}.`;
}

function answerSentence(where: string, horizon: number, farthest: number): string {
  const gradient = `The gradient of the last answer${where}`;
  if (horizon >= farthest) return `${gradient} stays above 1 % all the way back, over all ${farthest + 1} timesteps.`;
  if (horizon === 0) {
    const learned = 'at this step the network learns from the last timestep alone';
    return `${gradient} is below 1 % one timestep back: ${learned}.`;
  }
  const learned = 'at this step the network learns little from what lies farther back';
  return `${gradient} fades below 1 % after ${formatCountOf(horizon, 'timestep')}, of ${farthest}: ${learned}.`;
}

/** How far the clipped steps reach, in words. */
export function clippingSentence(share: number | null): string {
  return share === null || !Number.isFinite(share) ? 'not recorded' : `${formatShare(share)} of recent steps clipped`;
}
