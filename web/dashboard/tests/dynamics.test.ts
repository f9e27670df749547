import { describe, expect, it } from 'vitest';
import { ApiError, type ApiClient } from '../src/api/client.js';
import type { DynamicsAnswer } from '../src/api/types.js';
import { barWords } from '../src/figures/bars.js';
import {
  eigenvaluePairs,
  exponentBars,
  jacobianBlock,
  productSpec,
  splitBars,
  stretchWords,
} from '../src/panels/dynamicsFigures.js';
import { DynamicsMeasurement } from '../src/state/dynamics.svelte.js';

/** The Jacobian [[1, 2], [3, 4]] in base64. */
const jacobian = btoa(String.fromCharCode(...new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer)));

const answer: DynamicsAnswer = {
  step: 200,
  sequenceLength: 5,
  timestep: 4,
  jacobian,
  layer: {
    layer: 1,
    cell: 'rnn',
    state: 'h',
    stateSize: 2,
    sentence: 'Layer 1: a gradient shrinks by half every 2 timesteps.',
    notMeasured: null,
    singularValues: [5.46, 0.366],
    eigenvalues: [
      { real: 5.37, imaginary: 0 },
      { real: -0.37, imaginary: 0 },
    ],
    product: [
      { lag: 0, largest: 1, smallest: 1, bound: 1 },
      { lag: 4, largest: 0.5, smallest: null, bound: 16 },
    ],
    boundPerTimestep: 2,
    lyapunov: { exponents: [-0.35, '-Infinity'], standardErrors: [0.01, 'NaN'], timesteps: 32, sequences: 8 },
    split: {
      keptName: 'activation derivative',
      kept: -0.25,
      restName: 'recurrent matrix',
      rest: -0.1,
      paths: [],
      total: -0.35,
    },
  },
};

describe('the figures of the dynamics', () => {
  it('draws both singular values and the bound by lag', () => {
    const spec = productSpec(answer);
    expect(spec.log).toBe(true);
    expect(spec.series.map((one) => one.label)).toEqual(['largest σ₁', 'smallest', 'bound (γσ₁)^lag']);
    expect([...(spec.series[0]?.y as Float64Array)]).toEqual([1, 0.5]);
    expect(spec.series[1]?.write?.(4)).toBe('below rounding');
    expect(spec.series[1]?.write?.(0)).toBe('1');
  });

  it('has no bound for a gated cell', () => {
    const product = answer.layer.product.map((one) => ({ ...one, bound: null }));
    expect(productSpec({ ...answer, layer: { ...answer.layer, product } }).series).toHaveLength(2);
  });

  it('puts old units into columns and new units into rows', () => {
    const block = jacobianBlock(answer);
    // Column 0 holds how both new units answer to old unit 0.
    expect([...block.max]).toEqual([1, 3, 2, 4]);
    expect(block.timesteps).toBe(2);
  });

  it('names exponents and factors, with their errors', () => {
    const [first, second] = exponentBars(answer);
    expect(first).toEqual({ label: 'λ1', value: -0.35, error: 0.01 });
    expect(second?.value).toBe(-Infinity);
    expect(barWords(first ?? { label: '', value: 0 })).toBe('-0.35 ± 0.01');
    expect(barWords(second ?? { label: '', value: 0 })).toBe('−∞');
    expect(splitBars(answer).map((bar) => [bar.label, bar.value])).toEqual([
      ['together', -0.35],
      ['activation derivative', -0.25],
      ['recurrent matrix', -0.1],
    ]);
  });

  it('says singular values and eigenvalues', () => {
    expect(stretchWords(answer)).toBe('singular values 5.46 to 0.366');
    expect([...eigenvaluePairs(answer)]).toEqual([5.37, 0, -0.37, 0]);
  });
});

describe('a measurement on demand', () => {
  const clientOf = (dynamics: ApiClient['dynamics']): ApiClient => ({ dynamics }) as ApiClient;

  it('asks for step, layer and timestep, and is busy meanwhile', async () => {
    let asked: unknown = null;
    const measurement = new DynamicsMeasurement(
      clientOf((id, what) => {
        asked = [id, what];
        return Promise.resolve(answer);
      }),
      'rnn-0001',
    );
    const done = measurement.measure(180, 1, 3);
    expect(measurement.busy).toBe(true);
    await done;
    expect(asked).toEqual(['rnn-0001', { step: 180, layer: 1, timestep: 3 }]);
    expect(measurement.busy).toBe(false);
    expect(measurement.answer?.step).toBe(200);
  });

  it('keeps the refusal, and forgets it when the next one answers', async () => {
    let refused = true;
    const measurement = new DynamicsMeasurement(
      clientOf(() =>
        refused ? Promise.reject(new ApiError(409, 'There is no checkpoint.', 'Wait.')) : Promise.resolve(answer),
      ),
      'rnn-0001',
    );
    await measurement.measure(1, 0, null);
    expect(measurement.error?.message).toBe('There is no checkpoint.');
    expect(measurement.busy).toBe(false);
    refused = false;
    await measurement.measure(1, 0, null);
    expect(measurement.error).toBeNull();
  });
});
