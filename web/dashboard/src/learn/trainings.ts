import { formatCount, formatCountOf, formatNumber, formatShare } from '../numbers/format.js';
import { toColumn, toNumber, toOptionalNumber, type JsonNumber } from '../numbers/parse.js';

/** A small training as the engine answers it. */
export interface TrainedNetwork {
  readonly label: string;
  readonly planned: number;
  readonly steps: number;
  readonly isDiverged: boolean;
  readonly losses: readonly JsonNumber[];
  readonly firstGradient: readonly JsonNumber[];
  readonly gradient: readonly JsonNumber[];
  readonly validationLoss: JsonNumber;
  readonly success: JsonNumber;
  readonly context: number | null;
  readonly verdicts: readonly LessonVerdict[];
}

/** What a rule found, in words. */
export interface LessonVerdict {
  readonly rule: string;
  readonly severity: 'information' | 'warning' | 'error';
  readonly place: string;
  readonly meaning: string;
  readonly remedy: string | null;
}

/** One of the two networks that are to keep a sign. */
export interface LatchNetwork {
  readonly recurrentWeight: number;
  readonly success: number;
  readonly relative: readonly JsonNumber[];
  readonly initial: JsonNumber;
  readonly relativeInitial: JsonNumber;
  readonly factor: JsonNumber;
  readonly context: number;
  readonly contextCurve: readonly { readonly lag: number; readonly lossRise: number }[];
}

/** A unit set by hand beside the same one trained. */
export interface LatchAnswer {
  readonly byHand: LatchNetwork;
  readonly trained: LatchNetwork;
  readonly steps: number;
  readonly sequences: number;
  readonly hintSuccess: number;
  readonly startingWeight: number;
}

/** A training with a fault. */
export interface SymptomAnswer {
  readonly name: string;
  readonly rule: string;
  readonly fault: string;
  readonly network: TrainedNetwork;
}

/** Trainings without and with a remedy. */
export interface BeforeAnswer {
  readonly remedy: string;
  readonly timesteps: number;
  readonly pairs: readonly {
    readonly fault: 'exploding' | 'vanishing';
    readonly without: TrainedNetwork;
    readonly with: TrainedNetwork;
  }[];
}

/** The gradients of the first two states. */
export interface FirstStatesAnswer {
  readonly rows: readonly { readonly timesteps: number; readonly initial: number; readonly first: number }[];
}

/** A share of right answers from which on a reader would say that it is solved. */
const solved = 0.95;

/** What the latch shows: who keeps the sign, and what is left of both gradients. */
export function latchSentence(answer: LatchAnswer): string {
  const { byHand, trained } = answer;
  const timesteps = byHand.relative.length;
  const factor = toNumber(byHand.factor);
  const scores =
    `Of ${formatCount(answer.sequences)} signs the unit set by hand keeps ${formatShare(byHand.success)} ` +
    `over ${formatCountOf(timesteps, 'timestep')}, and the trained one ${formatShare(trained.success)}.`;
  const gradients =
    `Of the gradient at the last timestep ${formatNumber(toNumber(byHand.relativeInitial))} arrives at the initial ` +
    `state by hand, and ${formatNumber(toNumber(trained.relativeInitial))} in the trained one.`;
  return `${scores} ${gradients} ${latchReason(byHand, factor, timesteps)}`;
}

function latchReason(byHand: LatchNetwork, factor: number, timesteps: number): string {
  if (byHand.success >= solved) {
    return (
      `A state that is kept stands where tanh is flat: each timestep multiplies its gradient by ` +
      `${formatNumber(factor)}, and ${formatCountOf(timesteps, 'timestep')} by ${formatNumber(factor ** timesteps)}.`
    );
  }
  return byHand.recurrentWeight <= 1
    ? 'With W_hh at 1 or below it, 0 is the only state that stays, and the sign fades.'
    : 'The noise pushes the state from one side to the other.';
}

/** A rise of the loss, in nats, that a reader would call one. */
const noticed = 0.02;

/** Which inputs the trained unit uses. */
export function recencySentence(answer: LatchAnswer): string {
  const { trained } = answer;
  const need = trained.relative.length - 1;
  const all = trained.contextCurve.find((point) => point.lag === 0)?.lossRise ?? 0;
  const older = trained.contextCurve.find((point) => point.lag === 1)?.lossRise ?? 0;
  if (all < noticed) {
    const change = formatNumber(all);
    return `The trained unit uses none of its inputs: those of another sequence change its loss by ${change}.`;
  }
  if (trained.context >= need) {
    return `The trained unit uses the pulse, ${formatCountOf(need, 'timestep')} back: training found a latch here.`;
  }
  const bias = older < noticed ? ' That is recency bias: the newest input alone decides.' : '';
  return (
    `The trained unit uses its input ${formatCountOf(trained.context, 'timestep')} back, and the pulse lies ` +
    `${formatCount(need)} back. Another sequence’s inputs cost it ${formatNumber(all)} nats, and those before ` +
    `the last one ${formatNumber(older)}.${bias} The hint alone gives ${formatShare(answer.hintSuccess)}.`
  );
}

/** A rule's name as a title: "vanishing-over-time" is "Vanishing over time". */
export function ruleTitle(rule: string): string {
  const words = rule.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The gravest verdict of the rule that a symptom belongs to, the newest of them. */
export function verdictOfRule(answer: SymptomAnswer): LessonVerdict | null {
  const own = answer.network.verdicts.filter((verdict) => verdict.rule === answer.rule);
  const grave = own.filter((verdict) => verdict.severity !== 'information');
  return grave.at(-1) ?? own.at(-1) ?? null;
}

/** The other rules that spoke, each once. */
export function otherRules(answer: SymptomAnswer): readonly string[] {
  return [...new Set(answer.network.verdicts.map((verdict) => verdict.rule))].filter((rule) => rule !== answer.rule);
}

/** What an unhealthy training did. */
export function symptomSentence(answer: SymptomAnswer): string {
  const { network } = answer;
  const losses = toColumn(network.losses);
  const verdict = verdictOfRule(answer);
  const found =
    verdict === null ? 'No rule of this symptom spoke.' : `${ruleTitle(verdict.rule)}, since ${verdict.place}.`;
  if (network.isDiverged) {
    return `The loss of step ${formatCount(losses.length)} is ${formatNumber(losses.at(-1))}: training ended. ${found}`;
  }
  return (
    `In ${formatCountOf(network.steps, 'step')} the loss went from ${formatNumber(losses[0])} to ` +
    `${formatNumber(losses.at(-1))}; ${formatNumber(leftOf(network.gradient))} of the gradient at the last timestep ` +
    `is left at the first. ${found}`
  );
}

/** The gradient by timestep divided by that of the last one. */
export function relativeTo(gradient: readonly JsonNumber[]): Float64Array {
  const column = toColumn(gradient);
  const last = column.at(-1) ?? NaN;
  return column.map((norm) => norm / last);
}

/** What is left of a gradient at the first timestep. */
export function leftOf(gradient: readonly JsonNumber[]): number {
  return relativeTo(gradient)[0] ?? NaN;
}

/** What a remedy did, network by network. */
export function remedySentence(answer: BeforeAnswer): string {
  return answer.pairs
    .map(({ fault, without, with: helped }) => {
      const first = `${formatNumber(leftOf(without.firstGradient))} and ${formatNumber(leftOf(helped.firstGradient))}`;
      const parts =
        fault === 'exploding'
          ? ''
          : ` In the first step ${first} of the gradient at the last timestep arrive at the first one.`;
      const kind = fault === 'exploding' ? 'may explode' : 'vanishes';
      const name = answer.pairs.length === 1 ? '' : `Where a gradient ${kind}: `;
      return `${name}${outcome(without)}; ${outcome(helped)}.${parts}`;
    })
    .join(' ');
}

function outcome(network: TrainedNetwork): string {
  const success = toOptionalNumber(network.success);
  return network.isDiverged || success === null
    ? `“${network.label}” has no finite loss from step ${formatCount(network.steps + 1)} on`
    : `“${network.label}” keeps ${formatShare(success)} of the signs after ${formatCountOf(network.steps, 'step')}`;
}

/** How far apart the gradients of the initial state and of the next one lie. */
export function firstStatesSentence(answer: FirstStatesAnswer): string {
  const shown = answer.rows.filter((row) => row.initial > 0);
  const gone = answer.rows.find((row) => row.initial === 0);
  const apart = shown.map(
    ({ timesteps, initial, first }) =>
      `${formatNumber(initial)} and ${formatNumber(first)} at T = ${formatCount(timesteps)}, ` +
      `a factor of ${formatNumber(initial / first)}`,
  );
  const end =
    gone === undefined
      ? ''
      : ` From T = ${formatCount(gone.timesteps)} on the first of them is 0 in the engine’s floats.`;
  return `The initial state and the next one have a gradient of ${apart.join('; ')}.${end}`;
}
