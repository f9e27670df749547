import { layerLabel } from '../words/layers.svelte.js';
import type { LineSeries, LineSpec } from '../figures/lineSpec.js';
import type { SeriesMap } from '../state/liveMerge.js';
import { layerNorm } from '../state/metrics.js';
import { seriesColour } from './linePanel.js';

/** ρ and σ₁ of R over steps: a colour a layer, σ₁ drawn through and ρ dashed; of one gate where there are gates. */
export function spectralSpec(
  series: SeriesMap,
  layers: readonly number[],
  gate: string | null,
  slope: number | null,
  step: number,
): LineSpec {
  const suffix = gate === null || gate === '' ? '' : `:${gate}`;
  const lines = layers.flatMap((layer) => [
    lineOf(series, `spectral-norm:${layer}${suffix}`, `σ₁, ${layerLabel(layer)}`, seriesColour(layer)),
    lineOf(series, `spectral-radius:${layer}${suffix}`, `ρ, ${layerLabel(layer)}`, seriesColour(layer), [4, 3]),
  ]);
  const drawn = lines.filter((one) => one.x.length > 0);
  const limit = slope === null ? [] : levelOf(drawn, 1 / slope, '1/γ');
  return { xLabel: 'step', yLabel: 'magnitude', log: false, marker: step, series: [...drawn, ...limit] };
}

/** The gradient norm of each layer over steps, with the limit of clipping where it is set. */
export function layerNormSpec(
  series: SeriesMap,
  layers: readonly number[],
  clipNorm: number | null,
  step: number,
): LineSpec {
  const lines = layers
    .map((layer) => lineOf(series, `${layerNorm}:${layer}`, layerLabel(layer), seriesColour(layer)))
    .filter((one) => one.x.length > 0);
  const limit = clipNorm !== null && clipNorm > 0 ? levelOf(lines, clipNorm, 'clip limit') : [];
  return { xLabel: 'step', yLabel: 'norm', log: true, marker: step, series: [...lines, ...limit] };
}

/** The limit of clipping that a run was configured with; null where there is none. */
export function clipNormOf(configuration: Readonly<Record<string, unknown>>): number | null {
  const limit = configuration['clipNorm'];
  return typeof limit === 'number' && limit > 0 ? limit : null;
}

function lineOf(
  series: SeriesMap,
  name: string,
  label: string,
  colour: string,
  dash?: readonly [number, number],
): LineSeries {
  const found = series.get(name);
  return { label, colour, x: found?.steps ?? [], y: found?.values ?? [], ...(dash === undefined ? {} : { dash }) };
}

/** A level line over the steps that the lines span; nothing where there are none. */
function levelOf(lines: readonly LineSeries[], value: number, label: string): LineSeries[] {
  const ends = lines.flatMap((one) => [one.x[0] ?? NaN, one.x[one.x.length - 1] ?? NaN]);
  if (ends.length === 0) return [];
  const x = [Math.min(...ends), Math.max(...ends)];
  return [{ label, colour: '--muted', x, y: [value, value], dash: [2, 4] }];
}
