/** A piece of an equation: an identifier, number or sign, or an element of MathML with its parts. */
export type MathNode = string | readonly [tag: MathTag, ...parts: MathNode[]];

type MathTag = 'mrow' | 'msub' | 'msup' | 'msubsup' | 'mfrac' | 'munderover' | 'munder';

const identifier = /^[\p{L}_]+′?$/u;
const number = /^[\d.]+$/;

/** The element of MathML that a plain piece is: a number, an identifier or a sign. */
export function leafTag(piece: string): 'mi' | 'mn' | 'mo' {
  return number.test(piece) ? 'mn' : identifier.test(piece) ? 'mi' : 'mo';
}
