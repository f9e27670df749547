import { formatCount, formatCountOf, formatNumber, formatShare } from '../numbers/format.js';
import { isAtLeast, type ReachNumbers } from './reach.js';

/** One run of a comparison. */
export interface ComparedRun extends ReachNumbers {
  readonly name: string;
  /** What a lag counts. */
  readonly unit: 'timestep' | 'character';
  readonly task: string;
  /** What the data is made of, beside the task: runs with other data were asked other questions. */
  readonly data: string;
  /** The run's newest step. */
  readonly step: number;
  /** Validation loss; null before the first. */
  readonly loss?: number | null;
  /** Share of right answers on held-out sequences, where the task has one. */
  readonly success?: number | null;
}

/** More runs than these are summed up: their numbers are in the table. */
const mostListed = 4;

/** How far back each network uses its input, and whose gradient does not reach all the way, in a sentence or two. */
export function comparisonSentence(runs: readonly ComparedRun[], step: number): string {
  const sentences = (runs.length > mostListed ? [ranges(runs)] : [contexts(runs), reaches(runs)]).filter(
    (sentence) => sentence !== '',
  );
  if (sentences.length === 0) return `${formatCountOf(runs.length, 'run')} side by side.`;
  const newest = runs.every((run) => step >= run.step);
  return newest ? sentences.join(' ') : `At step ${formatCount(step)}: ${sentences.join(' ')}`;
}

/** Who predicts best: how far back a network looks is no quality. Empty where there is nothing to compare. */
export function resultSentence(runs: readonly ComparedRun[]): string {
  if (runs.length > 1 && runs.every((run) => isFinite(run.success))) {
    const sorted = [...runs].sort((a, b) => (b.success ?? 0) - (a.success ?? 0));
    const shares = sorted.map((run) => `${nameOf(run)} ${formatShare(run.success ?? NaN)}`);
    return `Right answers: ${ends(shares)}.`;
  }
  const validated = runs.filter((run) => isFinite(run.loss)).sort((a, b) => (a.loss ?? 0) - (b.loss ?? 0));
  return validated.length < 2
    ? ''
    : `Validation loss: ${ends(validated.map((run) => `${nameOf(run)} ${formatNumber(run.loss ?? NaN)}`))}.`;
}

/** All of a ranking, or its first ones and its last one where there are many. */
function ends(ranking: readonly string[]): string {
  return ranking.length <= mostListed
    ? ranking.join(', ')
    : `${ranking.slice(0, mostListed - 1).join(', ')} … ${ranking.at(-1)}`;
}

/** Runs that train in turn are a few steps apart, and those that are followed live by what came since the last look. */
const fewSteps = 20;
const fewShare = 0.05;

/** Why these runs cannot be compared as if they were alike; null where they can. */
export function unlikeSentence(runs: readonly ComparedRun[]): string | null {
  if (differs(runs, (run) => run.task)) {
    const tasks = listed(runs.map((run) => `${nameOf(run)}: ${run.task}`));
    return `These runs have other tasks (${tasks}): each was asked something else.`;
  }
  if (differs(runs, (run) => run.data)) {
    return 'These runs have other data, of one task: what an answer needs may differ between them.';
  }
  const done = runs.map((run) => run.step);
  if (Math.max(...done) - Math.min(...done) > Math.max(fewSteps, fewShare * Math.max(...done))) {
    const steps = runs.map((run) => `${nameOf(run)} ${formatCount(run.step)}`);
    return `These runs are at other steps (${listed(steps)}): what differs may be how long they trained.`;
  }
  return null;
}

/** The least and the largest of both numbers. */
function ranges(runs: readonly ComparedRun[]): string {
  const range = (values: readonly (number | null | undefined)[]): string | null => {
    const known = values.filter(isFinite).map(Number);
    if (known.length === 0) return null;
    const [low, high] = [Math.min(...known), Math.max(...known)];
    return low === high ? formatNumber(low) : `${formatNumber(low)} to ${formatNumber(high)}`;
  };
  const context = range(runs.map((run) => run.context));
  const reach = range(runs.filter((run) => run.growth === null).map((run) => run.reach));
  const growing = runs.filter((run) => run.growth !== null).length;
  const parts = [
    ...(context === null ? [] : [`effective context ${context}`]),
    ...(reach === null ? [] : [`gradient reach ${reach}`]),
    ...(growing === 0 ? [] : [`${formatCountOf(growing, 'gradient')} that ${growing === 1 ? 'grows' : 'grow'}`]),
  ];
  return parts.length === 0 ? '' : `${formatCountOf(runs.length, 'run')}: ${listed(parts)}.`;
}

function contexts(runs: readonly ComparedRun[]): string {
  const known = runs
    .filter((run) => isFinite(run.context))
    .sort((a, b) => (b.context ?? 0) - (a.context ?? 0))
    .map((run, i) => {
      const lag = lagOf(run.context ?? 0, run.contextLimit);
      return i === 0 ? `${nameOf(run)} uses its input ${lag} ${nounOf(run)} back` : `${nameOf(run)} ${lag}`;
    });
  return known.length === 0 ? '' : `${known.join(', ')}.`;
}

/** Gradients that do not reach all the way, and those that grow; where there is none, how far all reach. */
function reaches(runs: readonly ComparedRun[]): string {
  const measured = runs.filter((run) => run.growth === null && isFinite(run.reach));
  const short = measured.filter((run) => !isAtLeast(run.reach, run.reachLimit));
  const growing = runs.filter((run) => run.growth !== null);
  if (short.length + growing.length > 0) {
    const parts = [
      ...short.map((run, i) => `${ownerOf(run)}${i === 0 ? ' gradient reaches' : ''} ${formatNumber(run.reach)}`),
      ...growing.map((run) => `${ownerOf(run)} gradient grows ×${formatNumber(run.growth)} per timestep: it explodes`),
    ];
    return sentence(parts.join(', '));
  }
  const [first, ...others] = measured;
  if (first === undefined) return '';
  const least = Math.min(...measured.map((run) => run.reach ?? Infinity));
  const whose = others.length > 0 ? 'every gradient' : `${ownerOf(first)} gradient`;
  return sentence(`${whose} reaches at least ${formatNumber(least)}`);
}

/** Whose: "the RNN’s" of a cell, and of a name that a reader gave, the name’s. */
function ownerOf(run: ComparedRun): string {
  return `${isCell(run) ? 'the ' : ''}${nameOf(run)}’s`;
}

/** A name within a sentence, where the comma of "RNN, ReLU" would part two runs: "RNN (ReLU)". */
function nameOf(run: ComparedRun): string {
  return isCell(run) ? run.name.replace(/, (.+)$/, ' ($1)') : run.name;
}

function isCell({ name }: ComparedRun): boolean {
  return /^[A-Z]{2}/.test(name);
}

/** Words as a sentence; a name at its beginning stays as it is. */
function sentence(words: string): string {
  return `${words.replace(/^(the|every) /, (article) => article.charAt(0).toUpperCase() + article.slice(1))}.`;
}

function lagOf(lag: number, limit: number | null): string {
  return `${isAtLeast(lag, limit) ? 'at least ' : ''}${formatNumber(lag)}`;
}

function nounOf(run: ComparedRun): string {
  return run.context === 1 ? run.unit : `${run.unit}s`;
}

function differs(runs: readonly ComparedRun[], of: (run: ComparedRun) => string): boolean {
  return new Set(runs.map(of)).size > 1;
}

function isFinite(value: number | null | undefined): boolean {
  return typeof value === 'number' && Number.isFinite(value);
}

function listed(parts: readonly string[]): string {
  return parts.length === 1 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
