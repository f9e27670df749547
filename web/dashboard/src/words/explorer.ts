import type { ExplorerAnswer } from '../api/types.js';
import { formatNumber } from '../numbers/format.js';
import { toNumber } from '../numbers/parse.js';

/**
 * The scalar formula over all T timesteps, rateᵀ: 0.8⁸ ≈ 1.68e-1. The curve itself has T − 1 factors, because the
 * gradient at the last timestep has none; its rate is read from its last two points.
 */
export function scalarProduct(formula: ArrayLike<number>): { value: number; text: string } | null {
  const length = formula.length;
  const rate = (formula[length - 2] ?? NaN) / (formula[length - 1] ?? NaN);
  if (!Number.isFinite(rate)) return null;
  const value = rate ** length;
  return { value, text: `${formatNumber(rate)}^${length} = ${value.toExponential(2).replace('e+', 'e')}` };
}

/** The verdict's sentence without the word that stands above it, and with its threshold. */
export function verdictSentence(answer: Pick<ExplorerAnswer, 'sentence' | 'verdict' | 'threshold'>): string {
  const prefix = `${answer.verdict}: `;
  const rest = answer.sentence.toLowerCase().startsWith(prefix)
    ? answer.sentence.slice(prefix.length)
    : answer.sentence;
  const sentence = rest.charAt(0).toUpperCase() + rest.slice(1);
  return sentence.includes('threshold')
    ? sentence
    : `${sentence} Threshold: ${formatNumber(toNumber(answer.threshold))}.`;
}
