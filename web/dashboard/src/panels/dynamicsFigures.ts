import type { DynamicsAnswer } from '../api/types.js';
import type { Bar } from '../figures/bars.js';
import type { LineSeries, LineSpec } from '../figures/lineSpec.js';
import { formatNumber } from '../numbers/format.js';
import { floatsFromBase64, toColumn, toNumber, type JsonNumber } from '../numbers/parse.js';
import type { RowBlock } from '../numbers/rowBlock.js';

/** What is left of a gradient by lag, with the bound. */
export function productSpec(answer: DynamicsAnswer): LineSpec {
  const { product } = answer.layer;
  const x = product.map((one) => one.lag);
  const line = (label: string, colour: string, values: LineSeries['y'], dashed = false): LineSeries => ({
    label,
    colour,
    x,
    y: values,
    gaps: true,
    ...(dashed ? { dash: [5, 4] as const } : { points: true }),
  });
  const bounded = product.some((one) => one.bound !== null);
  return {
    xLabel: 'lag T − t',
    yLabel: 'share left',
    log: true,
    series: [
      line('largest σ₁', '--series-1', toColumn(product.map((one) => one.largest))),
      {
        ...line('smallest', '--series-3', toColumn(product.map((one) => one.smallest))),
        write: (lag) => smallestWords(product.find((one) => one.lag === lag)?.smallest),
      },
      ...(bounded ? [line('bound (γσ₁)^lag', '--series-2', toColumn(product.map((one) => one.bound)), true)] : []),
    ],
  };
}

/** What is smaller than the rounding of the largest is not the product's own, and so not given. */
function smallestWords(smallest: JsonNumber | undefined): string {
  return smallest === null || smallest === undefined ? 'below rounding' : formatNumber(toNumber(smallest));
}

/** The exponents as bars, largest first. */
export function exponentBars(answer: DynamicsAnswer): Bar[] {
  const { lyapunov } = answer.layer;
  return (lyapunov?.exponents ?? []).map((value, i) => ({
    label: `λ${i + 1}`,
    value: toNumber(value),
    error: toNumber(lyapunov?.standardErrors[i]),
  }));
}

/** The two factors of the decay as bars in ln per timestep, with their sum and the paths of a gated cell. */
export function splitBars(answer: DynamicsAnswer): Bar[] {
  const { split } = answer.layer;
  if (split === null) return [];
  return [
    { label: 'together', value: toNumber(split.total) },
    { label: split.keptName, value: toNumber(split.kept) },
    { label: split.restName, value: toNumber(split.rest) },
    ...(split.paths.length > 1 ? split.paths.map((path) => ({ label: path.name, value: toNumber(path.log) })) : []),
  ];
}

/** The Jacobian as cells: a column per old unit, a row per new one. */
export function jacobianBlock(answer: DynamicsAnswer): RowBlock {
  const size = answer.layer.stateSize;
  const rows = floatsFromBase64(answer.jacobian);
  const units = Float64Array.from({ length: size }, (_, i) => i);
  const cells = new Float32Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) cells[column * size + row] = rows[row * size + column] ?? Number.NaN;
  }
  return {
    timesteps: size,
    first: units,
    last: units,
    lengths: new Int32Array(size).fill(size),
    max: cells,
    min: cells,
  };
}

/** Eigenvalues as real and imaginary parts in turn. */
export function eigenvaluePairs(answer: DynamicsAnswer): Float64Array {
  return toColumn(answer.layer.eigenvalues.flatMap(({ real, imaginary }) => [real, imaginary]));
}

/** The greatest and the least singular value of the Jacobian, in words. */
export function stretchWords(answer: DynamicsAnswer): string {
  const values = answer.layer.singularValues;
  return `singular values ${formatNumber(toNumber(values[0]))} to ${formatNumber(toNumber(values.at(-1)))}`;
}
