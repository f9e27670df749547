/** Something that was tried before gates. */
export interface TriedRemedy {
  /** Its name in a question to the engine. */
  readonly name: string;
  readonly title: string;
  readonly idea: string;
  /** What its figure shows. */
  readonly figure: string;
  readonly sources: readonly { readonly text: string; readonly address: string }[];
}

/** What was tried, in the order of the lesson. */
export const remedies: readonly TriedRemedy[] = [
  {
    name: 'clipping',
    title: 'Clipping',
    idea:
      'A gradient that is too long is cut to a limit before the step. It helps where a gradient explodes. ' +
      'What has vanished is ' +
      'below every limit, and is left as it is.',
    figure:
      'A ReLU network that begins with σ₁ = 1.5 and SGD, and a tanh network with Adam; each ' +
      'without and with a limit of 1.',
    sources: [
      {
        text: 'Pascanu, Mikolov and Bengio 2013, On the difficulty of training recurrent neural networks',
        address: 'https://arxiv.org/abs/1211.5063',
      },
    ],
  },
  {
    name: 'orthogonal',
    title: 'Orthogonal start',
    idea:
      'A matrix that turns and does not stretch keeps the length of every gradient, so that only ' +
      'slopes take from it. ' +
      'This is where training begins, and nothing holds it there.',
    figure: 'A tanh network that begins with PyTorch’s random matrix, and one that begins with an orthogonal one.',
    sources: [
      {
        text: 'Saxe, McClelland and Ganguli 2014, Exact solutions to the nonlinear dynamics of learning',
        address: 'https://arxiv.org/abs/1312.6120',
      },
    ],
  },
  {
    name: 'identity',
    title: 'Identity start',
    idea:
      'A ReLU network that begins with the identity copies its state from timestep to timestep ' +
      '(IRNN). As nothing bounds ' +
      'the state, a small growth per timestep ends in an explosion; clipping belongs to it.',
    figure: 'A ReLU network with PyTorch’s random matrix, and one that begins with the identity.',
    sources: [
      {
        text: 'Le, Jaitly and Hinton 2015, A simple way to initialize recurrent networks of rectified linear units',
        address: 'https://arxiv.org/abs/1504.00941',
      },
    ],
  },
  {
    name: 'skip',
    title: 'Skip connections',
    idea:
      'The state of ten timesteps ago is added to the pre-activation. A gradient can then go ' +
      'back in leaps: 40 timesteps ' +
      'are four factors.',
    figure: 'A tanh network, and the same with hₜ₋₁₀ added: rnn-skip-10.',
    sources: [
      {
        text: 'Lin, Horne, Tiňo and Giles 1996, Learning long-term dependencies in NARX recurrent neural networks',
        address: 'https://doi.org/10.1109/72.548162',
      },
      {
        text: 'Wang and Tian 2016, Recurrent residual learning for sequence classification',
        address: 'https://aclanthology.org/D16-1093/',
      },
    ],
  },
  {
    name: 'omega',
    title: 'Ω',
    idea:
      'A second loss asks each timestep to keep the length of the gradient that passes through ' +
      'it. It works all through ' +
      'training, where a start works once.',
    figure: 'A tanh network, and the same with Ω of weight 1 added to its loss.',
    sources: [],
  },
];
