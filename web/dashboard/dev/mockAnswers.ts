/// <reference types="node" />
import { noise } from './mockRun.js';

/** The explorer's answer from a formula instead of a network. */
export function answerExplorer(query: URLSearchParams): object {
  const cell = query.get('cell') ?? 'rnn-tanh';
  const length = Number(query.get('length') ?? 8);
  const scale = Number(query.get('scale') ?? 0.8);
  const bias = Number(query.get('forgetBias') ?? 1);
  const gated = cell === 'lstm' || cell === 'gru';
  const derivative = cell === 'rnn-sigmoid' ? 0.25 : 1;
  const open = 1 / (1 + Math.exp(-bias));
  const rate = gated ? open : 0.95 * scale * derivative;
  const powers = (base: number): number[] => Array.from({ length }, (_, t) => base ** (length - 1 - t));
  const relative = powers(rate).map(
    (value, t) => value * (t === length - 1 ? 1 : 0.9 + 0.2 * noise(t, Number(query.get('seed') ?? 1))),
  );
  const end = relative[0] ?? 1;
  const formula = gated ? { name: 'mean forget gate', rate: open } : { name: 'scale', rate: scale * derivative };
  const verdict = end < 1e-3 ? 'vanishing' : end > 1e3 ? 'exploding' : 'healthy';
  return {
    initial: {
      norm: 0.5 * end * rate,
      relative: end * rate,
      scalarFormula: formula.rate ** length,
      bound: gated ? null : (scale * 1.05 * derivative) ** length,
    },
    norms: relative.map((value) => 0.5 * value),
    relative,
    factors: powers(1).map(() => rate),
    slopes: gated ? null : powers(1).map(() => 0.95 * derivative),
    formula,
    reason: { sentence: `Each timestep multiplies by ${rate.toPrecision(3)}.`, factor: rate, slope: null, kept: null },
    scalarFormula: powers(formula.rate),
    stepBound: gated ? null : scale * 1.05 * derivative,
    bound: gated ? null : powers(scale * 1.05 * derivative),
    gates:
      cell === 'lstm'
        ? {
            input: powers(1).map(() => 0.5),
            forget: powers(1).map(() => open),
            candidate: powers(1).map((_, t) => 0.2 * Math.sin(t)),
            output: powers(1).map(() => 0.5),
          }
        : {},
    carousel: cell === 'lstm' ? powers(open) : null,
    sigma1: scale * 1.05,
    rho: scale,
    horizon: Math.min(length - 1, Math.floor(Math.log(0.01) / Math.log(Math.min(0.999, rate)))),
    verdict,
    sentence: `Across ${length} timesteps the gradient keeps ${end.toPrecision(3)} of its norm.`,
    threshold: verdict === 'exploding' ? 1000 : 1e-3,
    milliseconds: 3.2,
  };
}

/** A sentence with attractors and made-up gradients. */
export function answerDependency(query: URLSearchParams, now: number): object {
  const attractors = Number(query.get('attractors') ?? 2);
  const nouns = ['cabinet', 'trees', 'house', 'doors', 'road'];
  const words = ['the', 'keys'];
  const indices: number[] = [];
  for (let i = 0; i < attractors; i++) {
    words.push('near', 'the', nouns[i] ?? '');
    indices.push(words.length - 1);
  }
  words.push('are');
  const cells = ['rnn-tanh', 'lstm', 'gru'];
  const rates = [0.62, 0.93, 0.85];
  const of = <Value>(make: (cell: string, index: number) => Value): Record<string, Value> =>
    Object.fromEntries(cells.map((cell, i) => [cell, make(cell, i)]));
  const progress = Math.min(1, (now % 60_000) / 20_000);
  return {
    cells,
    words,
    subject: 1,
    verb: words.length - 1,
    attractorIndices: indices,
    norms: of((_, i) => words.map((_word, t) => 0.3 * (rates[i] ?? 1) ** (words.length - 1 - t) * (t === 1 ? 1.6 : 1))),
    probabilities: of((_, i) => ({
      singular: i === 0 ? 0.31 + 0.08 * attractors : 0.04,
      plural: i === 0 ? 0.69 - 0.08 * attractors : 0.96,
    })),
    correct: of((_, i) => i > 0 || attractors < 3),
    accuracyByAttractors: of((_, i) => [0, 1, 2, 3, 4, 5].map((n) => 0.99 - n * (0.08 - 0.03 * i))),
    status: progress < 1 ? 'training' : 'ready',
    progress,
  };
}

/** Text with a made-up triangle. */
export function answerItemised(query: URLSearchParams): object {
  const text = 'the keys to the cabinet near the doors are here . the child near the trees laughs .';
  const characters = [...text].slice(0, 64);
  const count = characters.length;
  const map = new Float32Array(count * count);
  for (let tau = 0; tau < count; tau++) {
    for (let t = 0; t <= tau; t++) {
      map[tau * count + t] = 0.1 * 0.86 ** (tau - t) * (0.6 + 0.8 * noise(t, tau + Number(query.get('offset') ?? 0)));
    }
  }
  const top = characters.map((_, t) =>
    [0.5, 0.2, 0.1, 0.06, 0.03].map((probability, i) => ({
      character: i === 0 ? (characters[t + 1] ?? '.') : 'eats'[i - 1],
      probability,
    })),
  );
  return { characters, map: Buffer.from(map.buffer).toString('base64'), top };
}
