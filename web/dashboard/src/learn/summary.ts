import type { MathNode } from './mathml.js';

/** A core idea of the subject. */
export interface Idea {
  readonly name: string;
  readonly what: string;
  readonly follows: string;
  readonly address?: string;
}

export const ideas: readonly Idea[] = [
  {
    name: 'Weights shared over time',
    what: 'One matrix W_hh is used at every timestep, as one filter is used at every place of a picture.',
    follows: 'What it does to a direction is done T times, and no other layer makes up for it.',
  },
  {
    name: 'Product of Jacobians',
    what: 'The gradient between two timesteps is the product of all Jacobians between them.',
    follows: 'It falls or grows as a power of the distance.',
    address: '/learn/regimes',
  },
  {
    name: 'Largest singular value',
    what: 'σ₁ of W_hh times the largest slope γ bounds one factor from above.',
    follows: 'Below 1 the gradient must vanish. Above 1 it may explode, and need not.',
    address: '/learn/regimes',
  },
  {
    name: 'Saturation',
    what: 'A unit far from 0 has a slope near 0.',
    follows: 'Large states take the gradient away that large weights would add.',
    address: '/learn/activations',
  },
  {
    name: 'Long dependencies',
    what: 'A network can represent what it cannot learn: the gradient from far back is too small to say where to go.',
    follows: 'It learns what lies near first, and often nothing else: recency bias.',
    address: '/dependency',
  },
  {
    name: 'Gates',
    what: 'A cell state is multiplied by a gate and added to; along it the gradient is the product of the gates.',
    follows: 'An open gate keeps it. How open it begins decides how far back learning begins.',
    address: '/learn/gates',
  },
];

/** An equation with its name, as MathML and in words. */
export interface KeyEquation {
  readonly name: string;
  readonly words: string;
  readonly math: readonly MathNode[];
}

const h = (index: MathNode): MathNode => ['msub', 'h', index];
const c = (index: MathNode): MathNode => ['msub', 'c', index];
const W = (index: string): MathNode => ['msub', 'W', index];
const before: MathNode = ['mrow', 't', '−', '1'];
const by = (of: MathNode, what: MathNode): MathNode => ['mfrac', ['mrow', '∂', of], ['mrow', '∂', what]];
const productFrom = (first: MathNode): MathNode => ['munderover', '∏', first, 'T'];

/** The equations of docs/mathematics/elman.md and lstm.md, in one notation. */
export const equations: readonly KeyEquation[] = [
  {
    name: 'Step of an RNN',
    words: 'h t equals tanh of W h h times h t minus 1, plus W x h times x t, plus b',
    math: [h('t'), '=', 'tanh', '(', W('hh'), h(before), '+', W('xh'), ['msub', 'x', 't'], '+', 'b', ')'],
  },
  {
    name: 'Chain through time',
    words:
      'the derivative of L by h 1 is that by h T times the product, over t from 2 to T, of the ' +
      'derivative of h t by h t minus 1',
    math: [by('L', h('1')), '=', by('L', h('T')), productFrom(['mrow', 't', '=', '2']), by(h('t'), h(before))],
  },
  {
    name: 'Jacobian of a step',
    words: 'the derivative of h t by h t minus 1 is the diagonal matrix of the slopes of tanh at z t, times W h h',
    math: [by(h('t'), h(before)), '=', 'diag', '(', 'tanh′', '(', ['msub', 'z', 't'], ')', ')', W('hh')],
  },
  {
    name: 'Bound',
    words: 'the norm of the derivative of h T by h t is at most gamma times sigma 1, to the power of T minus t',
    math: [
      '‖',
      by(h('T'), h('t')),
      '‖',
      '≤',
      ['msup', ['mrow', '(', 'γ', ['msub', 'σ', '1'], ')'], ['mrow', 'T', '−', 't']],
    ],
  },
  {
    name: 'Cell state of an LSTM',
    words: 'c t equals f t times c t minus 1, plus i t times g t, unit by unit',
    math: [c('t'), '=', ['msub', 'f', 't'], '⊙', c(before), '+', ['msub', 'i', 't'], '⊙', ['msub', 'g', 't']],
  },
  {
    name: 'Carousel',
    words: 'along the cell state alone, the derivative of c T by c t is the product of the forget gates between them',
    math: [by(c('T'), c('t')), '=', productFrom(['mrow', 'k', '=', 't', '+', '1']), ['msub', 'f', 'k']],
  },
];
