import { layerLabel } from './layers.svelte.js';
import { formatCount, formatNumber, formatShare } from '../numbers/format.js';
import { isAtLeast, needText, type ReachNumbers } from './reach.js';

/** What the live page's opening sentence is made of. */
export interface OpeningFacts extends ReachNumbers {
  /** What a lag counts. */
  readonly unit: 'timestep' | 'character';
  /** How far back an answer's inputs lie; null of a text. */
  readonly need: { readonly low: number; readonly high: number } | null;
  /** The gradient over timesteps at the chosen step. */
  readonly profile: ArrayLike<number> | null;
  readonly step: number;
  /** Whether the chosen step is the newest one. */
  readonly newest: boolean;
  /** Whether the run trains now. */
  readonly running: boolean;
  readonly layers: number;
  readonly layer: number;
}

/** How far back a network uses its input, and how far back it can learn, in a sentence or two. */
export function openingSentence(facts: OpeningFacts): string {
  if (facts.profile !== null && Array.from(facts.profile).some((value) => !Number.isFinite(value))) {
    const where = facts.layers > 1 ? ` of ${layerLabel(facts.layer)}` : '';
    const here = `at step ${formatCount(facts.step)}`;
    return `The gradient${where} is not a finite number ${here}: nothing after this step can be learned.`;
  }
  const sentences = [contextSentence(facts), reachSentence(facts)].filter((sentence) => sentence !== '');
  if (sentences.length === 0) {
    return `How far back it uses its input had not been measured by step ${formatCount(facts.step)}.`;
  }
  const text = sentences.join(' ');
  return facts.newest ? text : `At step ${formatCount(facts.step)}: ${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

function contextSentence(facts: OpeningFacts): string {
  const { context, contextLimit, unit, need } = facts;
  if (context === null || Number.isNaN(context)) return '';
  const soFar = facts.running && facts.newest ? ' so far' : '';
  if (context === 0) {
    const needed = need === null ? '' : `; an answer needs ${needText(need)} ${nounOf(need.high, unit)}`;
    return `Uses nothing but the newest input${soFar}${needed}.`;
  }
  const needed = need === null ? '' : `; an answer needs ${needText(need)}`;
  return `Uses its input ${lagOf(context, contextLimit, unit)} back${soFar}${needed}.`;
}

function reachSentence({ context, reach, reachLimit, growth, unit }: OpeningFacts): string {
  if (growth !== null) {
    return `Its gradient grows ×${formatNumber(growth)} per timestep on its way back: it explodes.`;
  }
  if (reach === null || Number.isNaN(reach)) return '';
  const whose = context === null ? 'The' : 'Its';
  return reach === 0
    ? `${whose} gradient reaches the newest input alone.`
    : `${whose} gradient reaches ${lagOf(reach, reachLimit, unit)} back.`;
}

/** A lag with its noun: "42 timesteps", "at least 49 timesteps", "1 character". */
function lagOf(lag: number, limit: number | null, unit: string): string {
  return `${isAtLeast(lag, limit) ? 'at least ' : ''}${formatNumber(lag)} ${nounOf(lag, unit)}`;
}

function nounOf(count: number, unit: string): string {
  return count === 1 ? unit : `${unit}s`;
}

/** How far the clipped steps reach, in words. */
export function clippingSentence(share: number | null): string {
  return share === null || !Number.isFinite(share) ? 'not recorded' : `${formatShare(share)} of recent steps clipped`;
}
