/** What an entry of the timeline is. */
export type TimelineKind = 'discovery' | 'breakthrough' | 'application';

/** One step of the way from backpropagation to today. */
export interface TimelineEntry {
  readonly year: number;
  readonly title: string;
  readonly people: readonly string[];
  readonly kind: TimelineKind;
  /** What came of it, in a sentence or two. */
  readonly text: string;
  /** Where it was published. */
  readonly source: string;
  readonly address: string;
  /** What to try here. */
  readonly here?: { readonly label: string; readonly address: string };
}

export const timelineKinds: readonly (readonly [TimelineKind, string])[] = [
  ['discovery', 'Discovery'],
  ['breakthrough', 'Breakthrough'],
  ['application', 'Application'],
];

const arxiv = (id: string): string => `https://arxiv.org/abs/${id}`;
const doi = (id: string): string => `https://doi.org/${id}`;

/** By rising year. */
export const timeline: readonly TimelineEntry[] = [
  {
    year: 1986,
    title: 'Backpropagation becomes known',
    people: ['David Rumelhart', 'Geoffrey Hinton', 'Ronald Williams'],
    kind: 'discovery',
    text:
      'Errors are sent backward through a network, layer by layer. The authors mention the way ' +
      'to sequences: unroll the network over time.',
    source: 'Learning representations by back-propagating errors, Nature 323, 533–536',
    address: doi('10.1038/323533a0'),
  },
  {
    year: 1990,
    title: 'A network with a state',
    people: ['Jeffrey Elman'],
    kind: 'breakthrough',
    text:
      'The hidden state of one timestep is an input of the next. The network finds words in a ' +
      'stream of letters, and classes of words in a stream of words.',
    source: 'Finding structure in time, Cognitive Science 14, 179–211',
    address: doi('10.1207/s15516709cog1402_1'),
  },
  {
    year: 1991,
    title: 'Why it does not learn long dependencies',
    people: ['Sepp Hochreiter'],
    kind: 'discovery',
    text:
      'A diploma thesis follows the error backward and finds that it shrinks or grows by a ' +
      'factor at every timestep.',
    source: 'Untersuchungen zu dynamischen neuronalen Netzen, TU München',
    address: 'https://people.idsia.ch/~juergen/SeppHochreiter1991ThesisAdvisorSchmidhuber.pdf',
    here: { label: 'Three regimes', address: '/learn/regimes' },
  },
  {
    year: 1994,
    title: 'What keeps information lets gradients vanish',
    people: ['Yoshua Bengio', 'Patrice Simard', 'Paolo Frasconi'],
    kind: 'discovery',
    text:
      'A network that latches a bit against noise has Jacobians below 1 there. To remember ' +
      'safely and to learn over time pull in opposite directions.',
    source:
      'Learning long-term dependencies with gradient descent is difficult, IEEE Transactions on ' +
      'Neural Networks 5, 157–166',
    address: doi('10.1109/72.279181'),
  },
  {
    year: 1997,
    title: 'Long short-term memory',
    people: ['Sepp Hochreiter', 'Jürgen Schmidhuber'],
    kind: 'breakthrough',
    text:
      'A cell state to which gates add. Along it the error flows back unchanged: the constant ' +
      'error carousel. This first version could not forget.',
    source: 'Long short-term memory, Neural Computation 9, 1735–1780',
    address: doi('10.1162/neco.1997.9.8.1735'),
    here: { label: 'Gates', address: '/learn/gates' },
  },
  {
    year: 2000,
    title: 'The forget gate',
    people: ['Felix Gers', 'Jürgen Schmidhuber', 'Fred Cummins'],
    kind: 'breakthrough',
    text:
      'The cell state is multiplied by a gate and can be emptied. This is the LSTM that ' +
      'libraries have today, and its gradient is a product of forget gates.',
    source: 'Learning to forget: continual prediction with LSTM, Neural Computation 12, 2451–2471',
    address: doi('10.1162/089976600300015015'),
    here: { label: 'Gates', address: '/learn/gates' },
  },
  {
    year: 2013,
    title: 'Bounds, clipping and a regulariser',
    people: ['Razvan Pascanu', 'Tomas Mikolov', 'Yoshua Bengio'],
    kind: 'discovery',
    text:
      'The largest singular value below 1/γ is enough for the gradient to vanish, and above 1/γ ' +
      'is needed for it to explode. Clipping the norm helps against one of the two.',
    source: 'On the difficulty of training recurrent neural networks, ICML',
    address: arxiv('1211.5063'),
    here: { label: 'Three regimes', address: '/learn/regimes' },
  },
  {
    year: 2014,
    title: 'Gated recurrent units',
    people: ['Kyunghyun Cho', 'Yoshua Bengio', 'and others'],
    kind: 'breakthrough',
    text:
      'Two gates in place of three and no cell state of its own: three quarters of the ' +
      'parameters of an LSTM of the same size.',
    source: 'Learning phrase representations using RNN encoder–decoder for statistical machine translation, EMNLP',
    address: arxiv('1406.1078'),
  },
  {
    year: 2014,
    title: 'Sequence to sequence',
    people: ['Ilya Sutskever', 'Oriol Vinyals', 'Quoc Le'],
    kind: 'application',
    text:
      'One LSTM reads a sentence into a state of fixed size, another writes its translation ' +
      'from there. Read backward it works better: dependencies become shorter.',
    source: 'Sequence to sequence learning with neural networks, NIPS',
    address: arxiv('1409.3215'),
  },
  {
    year: 2014,
    title: 'Attention over the states of a recurrent network',
    people: ['Dzmitry Bahdanau', 'Kyunghyun Cho', 'Yoshua Bengio'],
    kind: 'breakthrough',
    text:
      'The writer looks at every state of the reader, weighted anew for each word. A word and ' +
      'its translation are one step apart, however long the sentence.',
    source: 'Neural machine translation by jointly learning to align and translate, ICLR 2015',
    address: arxiv('1409.0473'),
  },
  {
    year: 2015,
    title: 'A forget bias of 1',
    people: ['Rafal Jozefowicz', 'Wojciech Zaremba', 'Ilya Sutskever'],
    kind: 'discovery',
    text:
      'Of thousands of cells tried, an LSTM whose forget gate begins open is hard to beat. Many ' +
      'libraries had begun at 0.',
    source: 'An empirical exploration of recurrent network architectures, ICML',
    address: 'https://proceedings.mlr.press/v37/jozefowicz15.html',
    here: { label: 'Gates', address: '/learn/gates' },
  },
  {
    year: 2016,
    title: 'Translation for everybody',
    people: ['Yonghui Wu', 'Quoc Le', 'and others'],
    kind: 'application',
    text: 'Google Translate moves to eight LSTM layers with attention and residual connections between them.',
    source: 'Google’s neural machine translation system',
    address: arxiv('1609.08144'),
  },
  {
    year: 2017,
    title: 'Attention without recurrence',
    people: ['Ashish Vaswani', 'Noam Shazeer', 'and others'],
    kind: 'breakthrough',
    text:
      'Transformers drop the state. Any two positions are one step apart for the gradient, and ' +
      'all positions are computed at once; the price grows with the square of the length.',
    source: 'Attention is all you need, NIPS',
    address: arxiv('1706.03762'),
  },
  {
    year: 2018,
    title: 'Gates that begin at the length of the task',
    people: ['Corentin Tallec', 'Yann Ollivier'],
    kind: 'discovery',
    text:
      'A gate is a leak: asking that a network does not mind how time is warped leads to gates. ' +
      'Chrono initialisation spreads their biases over the lengths that are expected.',
    source: 'Can recurrent neural networks warp time?, ICLR',
    address: arxiv('1804.11188'),
  },
  {
    year: 2021,
    title: 'Linear recurrences over very long sequences',
    people: ['Albert Gu', 'Karan Goel', 'Christopher Ré'],
    kind: 'breakthrough',
    text:
      'A state space layer has no nonlinearity between timesteps, so its eigenvalues are chosen ' +
      'and kept near the unit circle. It learns over 16,000 timesteps.',
    source: 'Efficiently modeling long sequences with structured state spaces, ICLR 2022',
    address: arxiv('2111.00396'),
  },
  {
    year: 2023,
    title: 'Recurrence returns to language models',
    people: ['Albert Gu', 'Tri Dao'],
    kind: 'breakthrough',
    text:
      'Mamba lets the input choose what a linear recurrence keeps: gates again. Its cost grows ' +
      'with the length, not with its square.',
    source: 'Mamba: linear-time sequence modeling with selective state spaces',
    address: arxiv('2312.00752'),
  },
  {
    year: 2024,
    title: 'The LSTM at scale',
    people: ['Maximilian Beck', 'Sepp Hochreiter', 'and others'],
    kind: 'breakthrough',
    text:
      'xLSTM gives the cell exponential gates and a matrix as its memory, and trains it like a ' +
      'language model of today.',
    source: 'xLSTM: extended long short-term memory, NeurIPS',
    address: arxiv('2405.04517'),
  },
];

/** The entries of the kinds that are ticked. */
export function entriesOf(kinds: ReadonlySet<TimelineKind>): readonly TimelineEntry[] {
  return timeline.filter((entry) => kinds.has(entry.kind));
}

/** Years between two entries, in a sentence that counts them. */
export function patternSentence(): string {
  const year = (title: string): number => timeline.find((entry) => entry.title === title)?.year ?? NaN;
  const known = year('Why it does not learn long dependencies');
  const solved = year('Long short-term memory');
  const left = year('Attention without recurrence');
  return (
    `${solved - known} years lay between the reason (${known}) and the cell that answers it (${solved}), and ` +
    `${left - solved} more until a network did without recurrence (${left}). Each step began with a ` +
    `measurement that ` +
    'said where the gradient was lost.'
  );
}
