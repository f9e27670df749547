import { describe, expect, it } from 'vitest';
import type { StepSeries } from '../src/numbers/stepSeries.js';
import { clipNormOf, layerNormSpec, spectralSpec } from '../src/panels/layerFigures.js';

function seriesOf(values: Readonly<Record<string, readonly number[]>>): Map<string, StepSeries> {
  return new Map(
    Object.entries(values).map(([metric, column]) => [
      metric,
      { metric, steps: Float64Array.from(column, (_, i) => 10 * i), values: Float64Array.from(column) },
    ]),
  );
}

describe('ρ and σ₁ over steps', () => {
  const elman = seriesOf({ 'spectral-norm:0': [1.2, 1.3, 1.4], 'spectral-radius:0': [0.9, 1, 1.1] });

  it('draws both of every layer, and 1/γ of an Elman network', () => {
    const spec = spectralSpec(elman, [0, 1], null, 0.25, 20);
    expect(spec.series.map((one) => one.label)).toEqual(['σ₁, layer 0', 'ρ, layer 0', '1/γ']);
    expect([spec.series[2]?.x, spec.series[2]?.y]).toEqual([
      [0, 20],
      [4, 4],
    ]);
  });

  it('draws the gate that is chosen, without a bound', () => {
    const gated = seriesOf({ 'spectral-norm:0:forget': [2], 'spectral-norm:0:input': [3] });
    const spec = spectralSpec(gated, [0], 'input', null, 0);
    expect(spec.series.map((one) => [one.label, one.y[0]])).toEqual([['σ₁, layer 0', 3]]);
  });

  it('is empty before anything was recorded', () => {
    expect(spectralSpec(new Map(), [0], null, 1, 0).series).toEqual([]);
  });
});

describe('the gradient norm of each layer', () => {
  const norms = seriesOf({ 'layer-gradient-norm:0': [1e-6, 2e-6], 'layer-gradient-norm:1': [1, 2] });

  it('has a line a layer on a logarithmic axis, and the clip limit', () => {
    const spec = layerNormSpec(norms, [0, 1], 5, 10);
    expect(spec.log).toBe(true);
    expect(spec.series.map((one) => one.label)).toEqual(['layer 0', 'layer 1', 'clip limit']);
    expect(spec.series[2]?.y).toEqual([5, 5]);
  });

  it('has no limit where nothing is clipped', () => {
    expect(layerNormSpec(norms, [0, 1], null, 10).series).toHaveLength(2);
    expect(clipNormOf({ clipNorm: 0 })).toBeNull();
    expect(clipNormOf({})).toBeNull();
    expect(clipNormOf({ clipNorm: 1.5 })).toBe(1.5);
  });
});
