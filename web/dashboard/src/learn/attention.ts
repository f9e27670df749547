import type { AttentionAnswer, AttentionMaps, BottleneckAnswer } from '../api/types.js';
import type { LineSpec } from '../figures/lineSpec.js';
import { formatCountOf, formatNumber, formatShare } from '../numbers/format.js';
import { type JsonNumber, toColumn, toNumber } from '../numbers/parse.js';
import type { RowBlock } from '../numbers/rowBlock.js';
import { seriesColour, timestepAxis } from '../panels/linePanel.js';

/** "a, b and c". */
function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

/** What was copied right of a length with a size, for every system. */
function rightOf(answer: BottleneckAnswer, size: number, length: number): readonly number[] {
  const column = answer.sizes.indexOf(size);
  return answer.systems.map((system) => system.right[column]?.[length - 1] ?? NaN);
}

/** What the figure of the bottleneck shows at the chosen size and length. */
export function bottleneckSentence(answer: BottleneckAnswer, size: number, length: number): string {
  const right = rightOf(answer, size, length);
  const parts = answer.systems.map(({ title }, i) => `${formatShare(right[i] ?? NaN)} (${title})`);
  return (
    `With a state of ${formatCountOf(size, 'unit')}, of ${formatCountOf(length, 'symbol')} are copied right: ` +
    `${listed(parts)}. A guess is right for ${formatShare(1 / answer.symbols)}.`
  );
}

/** The shares over lengths at one size, or over sizes at one length. */
export function bottleneckSpec(
  answer: BottleneckAnswer,
  over: 'length' | 'size',
  size: number,
  length: number,
): LineSpec {
  const lengths = Array.from({ length: answer.longest }, (_, i) => i + 1);
  const x = over === 'length' ? lengths : answer.sizes;
  const series = answer.systems.map(({ title }, i) => ({
    label: title,
    x,
    y: x.map((at) => rightOf(answer, over === 'length' ? size : at, over === 'length' ? at : length)[i] ?? NaN),
    colour: seriesColour(i),
    width: 2.25,
    points: over === 'size',
    write: (at: number) =>
      formatShare(rightOf(answer, over === 'length' ? size : at, over === 'length' ? at : length)[i] ?? NaN),
  }));
  return {
    xLabel: over === 'length' ? 'length T of the sequence' : 'units H of the state',
    yLabel: 'share copied right',
    log: false,
    series,
    yEnds: [0, 1.02],
    marker: over === 'length' ? length : size,
    ...(over === 'size' ? { logX: true } : {}),
  };
}

/** The gradient of one written letter's loss by each input, for every system. */
export function reachSpec(answer: AttentionAnswer, output: number): LineSpec {
  return {
    xLabel: 'timestep t of the input',
    yLabel: '‖∂L/∂xₜ‖',
    log: true,
    mark: output,
    series: answer.systems.map(({ title, gradients }, i) => {
      const y = toColumn(gradients[output] ?? []);
      return { label: title, x: timestepAxis(y.length), y, colour: seriesColour(i), width: 2.25 };
    }),
  };
}

/**
 * How far back the loss of one written letter reaches: before training what the first input gets of it, beside the
 * input that gets the most; after training which input gets the most.
 */
export function reachSentence(answer: AttentionAnswer, output: number): string {
  const loss = `the loss of written letter ${output}, “${answer.sentence[output] ?? ''}”, asks`;
  const parts = answer.systems.map(({ title, gradients }) => {
    const row = toColumn(gradients[output] ?? []);
    const most = Math.max(...row);
    return `${answer.trained ? row.indexOf(most) : formatNumber((row[0] ?? NaN) / most)} (${title})`;
  });
  return answer.trained
    ? `After training, ${loss} most of input ${listed(parts)}.`
    : `Before training, ${loss} of the first input, as a share of what it asks of any: ${listed(parts)}.`;
}

/** What a system wrote, in a sentence. */
export function writtenSentence(answer: AttentionAnswer, system: AttentionMaps): string {
  const letters = formatCountOf(answer.sentence.length, 'letter');
  return `${system.title} writes ${system.written}: ${system.right} of ${letters} right.`;
}

/** How many inputs a written letter looks at. */
export function spreadSentence(system: AttentionMaps, output: number): string {
  const spread = system.spread?.[output];
  const weights = toColumn(system.weights?.[output] ?? []);
  if (spread === undefined) return 'Without attention it looks at none.';
  const most = weights.indexOf(Math.max(...weights));
  return (
    `Its weights are as spread as over ${formatNumber(toNumber(spread))} inputs of equal weight; input ` +
    `${most} has the most, ${formatNumber(weights[most])}.`
  );
}

/** A map with the input from left to right and the written letter from bottom to top. */
export function mapBlock(rows: readonly (readonly JsonNumber[])[], relative: boolean): RowBlock {
  const count = rows.length;
  const values = new Float32Array(count * count);
  rows.forEach((row, output) => {
    const column = toColumn(row);
    const largest = relative ? Math.max(...column) : 1;
    for (let t = 0; t < count; t++) values[t * count + output] = (column[t] ?? NaN) / largest;
  });
  const places = Float64Array.from({ length: count }, (_, i) => i);
  return {
    timesteps: count,
    first: places,
    last: places,
    lengths: new Int32Array(count).fill(count),
    max: values,
    min: values,
  };
}
