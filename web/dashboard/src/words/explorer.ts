import type { ExplorerAnswer } from '../api/types.js';
import { formatNumber, formatPlain, raised } from '../numbers/format.js';
import { toColumn, toNumber, type JsonNumber } from '../numbers/parse.js';

/** The scalar formula from the last state to the initial one: 0.8⁸ = 0.168. */
export function formulaText(answer: Pick<ExplorerAnswer, 'formula' | 'initial' | 'norms'>): string {
  const rate = formatPlain(toNumber(answer.formula.rate));
  return `${rate}${raised(answer.norms.length)} = ${formatPlain(toNumber(answer.initial.scalarFormula))}`;
}

/** The largest factor of a timestep, and which one has it; null where no factor is a number. */
export function largestFactor(
  factors: readonly JsonNumber[],
): { readonly factor: number; readonly timestep: number } | null {
  let found: { factor: number; timestep: number } | null = null;
  toColumn(factors).forEach((factor, timestep) => {
    if (!Number.isNaN(factor) && (found === null || factor > found.factor)) found = { factor, timestep };
  });
  return found;
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
