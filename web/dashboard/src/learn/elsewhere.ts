/** What a package calls by a name of this subject, and what it computes. */
export interface ElsewhereRow {
  readonly software: string;
  readonly version: string;
  /** What it is called there. */
  readonly name: string;
  readonly computes: string;
  /** The equation or rule here. */
  readonly here: string;
  /** What follows for a reader who trains or compares. */
  readonly follows: string;
  /** Where it can be read, or how it was measured. */
  readonly source: string;
}

const lstm = 'cₜ = f ⊙ cₜ₋₁ + i ⊙ g, hₜ = o ⊙ tanh(cₜ); gates read xₜ and hₜ₋₁';

/** By the name that is used; every row holds for its version, and may not for the next. */
export const elsewhere: readonly ElsewhereRow[] = [
  {
    software: 'brain.js',
    version: '1.6.1',
    name: 'LSTM',
    computes: 'hₜ = o ⊙ tanh(f ⊙ hₜ₋₁ + i ⊙ g): there is no cell state, and the forget gate multiplies the output',
    here: lstm,
    follows: 'Each timestep sends the gradient through o and a slope of tanh: there is no carousel.',
    source: 'dist/recurrent/lstm.js, getEquation',
  },
  {
    software: 'synaptic',
    version: '1.1.4',
    name: 'LSTM',
    computes:
      'a cell state with gates that read xₜ and the cells of their layer, and hₜ₋₁ only where hiddenToHidden or ' +
      'outputToGates asks for it',
    here: lstm,
    follows:
      'By default no recurrent matrix takes part. In 25 of 60 random networks the update of the forget gate went ' +
      'against the gradient.',
    source: 'src/architectures/LSTM.js; updates measured against central differences',
  },
  {
    software: 'TensorFlow.js',
    version: '4.22.0',
    name: 'LSTM',
    computes: 'these equations with gates of hardSigmoid(x) = clip(0.2x + 0.5, 0, 1); forget bias 0 unless asked',
    here: 'gates of σ(x) = 1/(1 + e⁻ˣ); forget bias as --forget-bias says',
    follows: 'A gate beyond ±2.5 has slope 0. Weights from there give other numbers here.',
    source: 'layers.lstm with its defaults, measured',
  },
  {
    software: 'ONNX Runtime',
    version: '1.31.1',
    name: 'LSTM with clip',
    computes: 'limits the pre-activations of gates and candidate; c and h are not limited',
    here: 'no such limit; --clip-norm and --clip-value limit gradients',
    follows: 'Clip there and clip here share the word alone.',
    source: 'operator LSTM, opset 14, measured with a cell of one unit',
  },
  {
    software: 'PyTorch',
    version: '2.10',
    name: 'LSTM',
    computes: 'the equations here, with two biases that are added',
    here: `${lstm}; the same two biases, in the same order of gates`,
    follows: 'Weights can be taken over as they are.',
    source: 'torch.nn.LSTM, compared number by number',
  },
  {
    software: 'neataptic',
    version: '1.4.7',
    name: 'GRU',
    computes: 'the new state is a logistic unit over V·(z ⊙ hₜ₋₁) + U·((1 − z) ⊙ n), with random V and U',
    here: 'hₜ = z ⊙ hₜ₋₁ + (1 − z) ⊙ n: the old state is carried on as it is',
    follows: 'The path that an open gate should keep is multiplied by V and by a slope of at most 1/4.',
    source: 'src/architecture/layer.js, Layer.GRU',
  },
  {
    software: 'TensorFlow.js',
    version: '4.22.0',
    name: 'GRU',
    computes: 'the reset gate before the product only; resetAfter: true is refused',
    here: 'two cells: one resets after the product, as PyTorch does, and one before it',
    follows: 'Two networks called GRU need not be the same function of their weights.',
    source: 'layers.gru, measured',
  },
  {
    software: 'TensorFlow.js',
    version: '4.22.0',
    name: 'orthogonal start',
    computes: 'one wide matrix over all gates is orthogonal; singular values of a gate’s block lie from 0.005 to 0.87',
    here: 'the block of each gate is orthogonal: all its singular values are the gain',
    follows: 'σ₁ = 1 of a block is promised here, and not there.',
    source: 'initializers.orthogonal, measured',
  },
  {
    software: 'ConvNetJS',
    version: '0.3.0',
    name: 'adam, nesterov',
    computes: 'SGD with momentum, as for every method that it does not know; tanh(400) is NaN',
    here: 'a method that is not known is an error; tanh(400) is 1',
    follows: 'A misspelt optimizer trains, and another one is compared.',
    source: 'build/convnet.js, Trainer and tanh',
  },
  {
    software: 'js-pytorch',
    version: '0.7.2',
    name: 'Adam, attention',
    computes: 'Adam without the correction of its start; scores of attention divided by the square of the head’s size',
    here: 'Adam with both corrections (Kingma and Ba 2015); there is no attention here',
    follows:
      'Under a steady gradient the first steps of Adam become twice as long as it says, and attention is almost even.',
    source: 'dist/index.js, Adam.step and MultiHeadSelfAttention',
  },
  {
    software: 'FANN',
    version: '2.2.0',
    name: 'derivative',
    computes: 'the slope of a saturated unit is 0.0198 at least',
    here: 'the slope is what it is, down to 0',
    follows: 'Saturation cannot be seen in its gradients.',
    source: 'measured at saturated units',
  },
];
