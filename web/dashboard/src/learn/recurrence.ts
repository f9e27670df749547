import type {
  CellSizesAnswer,
  DepthProductsAnswer,
  GatesAnswer,
  RandomStartsAnswer,
  TwoUnitsAnswer,
} from './answers.js';
import { formatCount, formatCountOf, formatNumber } from '../numbers/format.js';
import recorded from './recorded/forgetBias.json';

/** A number with as many digits as a figure has room for. */
export const short = (value: number): string => sign(Number(value.toPrecision(2)));

/** A number with a minus sign, as formulas have it. */
const sign = (value: number): string => formatNumber(value).replace(/^-/, '−');

/** A vector as "(0.3, −1)". */
export const vector = (values: readonly number[]): string => `(${values.map(short).join(', ')})`;

/** How a unit comes to its state at a timestep, with its numbers. */
export function stepSentence(answer: TwoUnitsAnswer, t: number, unit: number): string {
  const step = answer.steps[t];
  if (step === undefined) return '';
  const before = answer.steps[t - 1]?.state ?? [0, 0];
  const row = answer.weights.slice(2 * unit, 2 * unit + 2);
  const terms = [
    ...row.map((weight, i) => `${sign(weight)}·${short(before[i] ?? NaN)}`),
    `${sign(answer.inputWeights[unit] ?? NaN)}·${sign(answer.input)}`,
  ];
  const sum = short(step.sum[unit] ?? NaN);
  return `At timestep ${t}, unit ${unit + 1} adds ${terms.join(' + ')} = ${sum}, and tanh makes it ${short(
    step.state[unit] ?? NaN,
  )}.`;
}

/** What different matrices keep beside one that is used again and again. */
export function depthSentence(answer: DepthProductsAnswer): string {
  const factors = answer.shared.median.length;
  const range = (spread: DepthProductsAnswer['shared']): [number, number] => [
    spread.low[factors - 1] ?? NaN,
    spread.high[factors - 1] ?? NaN,
  ];
  const [different, shared] = [range(answer.different), range(answer.shared)];
  const words = ([low, high]: [number, number]): string => `between ${short(low)} and ${short(high)}`;
  return (
    `After ${factors} factors, half of ${formatCountOf(answer.draws, 'draw')} keep ${words(different)} of a vector ` +
    `if each factor is another matrix, and ${words(shared)} if it is always the same: quartiles ` +
    `${short(different[1] / different[0])} and ${short(shared[1] / shared[0])} times apart.`
  );
}

/** How the gradient comes from the end to a timestep. */
export function backwardSentence(answer: TwoUnitsAnswer, t: number): string {
  const step = answer.steps[t];
  if (step === undefined) return '';
  const factors = answer.steps.length - 1 - t;
  const end = answer.steps.at(-1)?.gradientNorm ?? NaN;
  const here = step.gradientNorm;
  const largest = step.singularValues[0] ?? NaN;
  return (
    `Between timestep ${t} and the end ${factors === 1 ? 'lies' : 'lie'} ${formatCountOf(factors, 'Jacobian')}. ` +
    `Their product stretches a direction by ${short(largest)} at most; ` +
    `σ₁ of W_hh alone would allow ${short(step.bound)}. Of a gradient of ` +
    `${short(end)} at the end, ${short(here)} arrives.`
  );
}

/** What the eigenvalues of W_hh foretell. */
export function eigenvalueSentence(answer: TwoUnitsAnswer): string {
  const [real, imaginary] = [answer.eigenvalueReal, answer.eigenvalueImaginary];
  const values =
    (imaginary[0] ?? 0) === 0
      ? `${short(real[0] ?? NaN)} and ${short(real[1] ?? NaN)}`
      : `${short(real[0] ?? NaN)} ± ${short(Math.abs(imaginary[0] ?? NaN))} i`;
  const far =
    answer.rho < 1
      ? `Where every slope is 1, fifty timesteps leave about ${short(answer.rho ** 50)}.`
      : 'Where every slope is 1, the gradient does not vanish.';
  return `W_hh has the eigenvalues ${values}; ρ is ${short(answer.rho)} and σ₁ ${short(answer.sigma1)}. ${far}`;
}

/** How often a random start stands where gradients stay. */
export function startsSentence(answer: RandomStartsAnswer): string {
  const share = formatNumber(Number(((100 * answer.near) / answer.draws).toPrecision(2)));
  const above = answer.draws - answer.below - answer.exact;
  return (
    `Of ${formatCount(answer.draws)} random starts ${formatCount(answer.below)} have ρ below 1 and ` +
    `${formatCount(above)} above. Within 1 % of 1 stand ${formatCount(answer.near)} (${share} %), and exactly at 1 ` +
    `${answer.exact === 0 ? 'none' : formatCount(answer.exact)}.`
  );
}

/** Parameters of a GRU and an LSTM beside an RNN's. */
export function sizesSentence(answer: CellSizesAnswer): string {
  const [rnn, ...gated] = answer.sizes;
  if (rnn === undefined) return '';
  const parts = gated.map(
    ({ cell, parameters }) =>
      `a ${cell} ${formatCount(parameters)}, ${formatNumber(parameters / rnn.parameters)} times as many`,
  );
  const article = parts.join('; ').replaceAll('a LSTM', 'an LSTM');
  return `An RNN of this size has ${formatCount(rnn.parameters)} parameters; ${article}.`;
}

/** What the gates of the trained LSTM keep between the word that decides and the end. */
export function gatesSentence(answer: GatesAnswer): string {
  const { words, key, gates, carousel, measured } = answer;
  const forget = gates['forget'] ?? [];
  const after = forget.slice(key + 1);
  const mean = after.reduce((sum, value) => sum + value, 0) / after.length;
  return (
    `After “${words[key] ?? ''}” come ${formatCountOf(after.length, 'more word')}, and the forget gates stand at ` +
    `${short(mean)} on average over them. Along the carousel ${short(carousel[key] ?? NaN)} of the cell state’s ` +
    `gradient is left at that word; with every other path, ${short(measured[key] ?? NaN)}.`
  );
}

/** The squared error below which the recorded experiment calls the adding problem learnt. */
const learnt = 0.01;

/** One start and length of the recorded experiment: how many seeds learnt, and after how many steps at the median. */
export interface Recorded {
  readonly start: string;
  readonly length: number;
  readonly seeds: number;
  readonly learnt: number;
  readonly loss: number;
}

/** The recorded experiment on forget biases, a row for each start and length. */
export const forgetBiasRows: readonly Recorded[] = [
  ...new Map(
    recorded.rows.map(([start, length]) => [`${start} ${length}`, { start: String(start), length: Number(length) }]),
  ).values(),
].map(({ start, length }) => {
  const losses = recorded.rows
    .filter(([s, l]) => s === start && l === length)
    .map((row) => Number(row[5]))
    .sort((a, b) => a - b);
  return {
    start,
    length,
    seeds: losses.length,
    learnt: losses.filter((loss) => loss < learnt).length,
    loss: losses[Math.floor(losses.length / 2)] ?? NaN,
  };
});

/** Whether the forget bias helped, of the networks that were trained. */
export function forgetBiasSentence(length: number): string {
  const rows = forgetBiasRows.filter((row) => row.length === length);
  const parts = rows.map(({ start, seeds, learnt: done }) => `${start} ${done} of ${seeds}`);
  const all = rows.every((row) => row.learnt === row.seeds);
  return (
    `On the adding problem over ${length} timesteps, seeds that learnt it: ${parts.join(', ')}. ` +
    (all ? 'Every start learns this length: the bias hardly matters.' : 'Here the start decides.')
  );
}
