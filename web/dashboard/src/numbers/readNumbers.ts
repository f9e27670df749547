const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** One number as people write it: 0.7, .7, 7e-1, 7/10, 0.9^49, 70 %, NaN, ∞. */
const oneNumber = String.raw`[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?`;
const written = new RegExp(
  String.raw`(?<![\p{L}\w.])(?:[-+]?(?:nan|∞|infinity)\b|[-+]?∞|${oneNumber}(?:\s*[/^]\s*${oneNumber})?(?:\s*%)?)`,
  'giu',
);

/** Writes what stands for an exponent or a sign in one way. */
function plain(text: string): string {
  return text
    .replace(/[−–]/g, '-')
    .replace(/⁻/g, '-')
    .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹]/g, (digit) => String(superscripts.indexOf(digit)))
    .replace(/\*\*/g, '^')
    .replace(/\s*[·×*x]\s*10\s*\^?\s*\(?\s*([-+]?\d+)\)?/giu, 'e$1')
    .replace(/\^\s*\(\s*([-+]?\d+)\s*\)/g, '^$1');
}

function valueOf(token: string): number {
  const bare = token.replace(/[\s%]/g, '');
  const sign = bare.startsWith('-') ? -1 : 1;
  if (/nan/i.test(bare)) return NaN;
  if (/∞|infinity/i.test(bare)) return sign * Infinity;
  const [, left = '', operator, right = ''] =
    new RegExp(String.raw`^(${oneNumber})(?:([/^])(${oneNumber}))?$`, 'iu').exec(bare) ?? [];
  const first = Number(left);
  const value =
    operator === '/' ? first / Number(right) : operator === '^' ? sign * Math.abs(first) ** Number(right) : first;
  return token.includes('%') ? value / 100 : value;
}

function read(text: string): readonly number[] {
  return [...plain(text).matchAll(written)].map(([token]) => valueOf(token));
}

/**
 * The numbers of a text, whatever stands between them. A comma is a decimal one where the numbers are only then as many
 * as expected.
 */
export function readNumbers(text: string, expected?: number): readonly number[] {
  const numbers = read(text.replace(/,/g, ' , '));
  if (expected === undefined || numbers.length === expected) return numbers;
  const decimals = read(text.replace(/(\d),(?=\d)/g, '$1.'));
  return decimals.length === expected ? decimals : numbers;
}
