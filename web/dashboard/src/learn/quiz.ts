import { formatNumber } from '../numbers/format.js';

/** One answer to choose, with what is said of it. */
export interface QuizChoice {
  readonly text: string;
  readonly right: boolean;
  /** Why it is right, or what is wrong with it. */
  readonly why: string;
}

/** A question with the numbers of this round. */
export interface QuizQuestion {
  readonly text: string;
  readonly choices: readonly QuizChoice[];
  /** Where to read on. */
  readonly lesson: { readonly label: string; readonly address: string };
}

/** A number in [0, 1), another one each time. */
export type Draw = () => number;

type Maker = (draw: Draw) => QuizQuestion;

const regimes = { label: 'Three regimes', address: '/learn/regimes' };
const activations = { label: 'Activations', address: '/learn/activations' };
const attention = { label: 'From the bottleneck to attention', address: '/learn/attention' };
const gates = { label: 'Gates', address: '/learn/gates' };
const detecting = { label: 'Can represent, cannot learn', address: '/learn/detecting' };
const before = { label: 'What was tried before gates', address: '/learn/before' };

const right = (text: string, why: string): QuizChoice => ({ text, right: true, why });
const wrong = (text: string, why: string): QuizChoice => ({ text, right: false, why });

function pick<T>(values: readonly T[], draw: Draw): T {
  return values[Math.floor(draw() * values.length)] as T;
}

/** The questions by their names, in their order. */
const makers = {
  sharing: () => ({
    text:
      'A recurrent network over 50 timesteps and a feedforward network of 50 layers both ' +
      'multiply 50 Jacobians. Why does the recurrent one lose more?',
    choices: [
      right(
        'The same matrix is a factor every time, so what it does to a direction is done 50 times.',
        'Yes. Fifty different matrices can make up for each other; powers of one matrix cannot.',
      ),
      wrong(
        'A recurrent network has more parameters.',
        'It has far fewer: one matrix for all timesteps. That is where the trouble comes from.',
      ),
      wrong(
        'Backpropagation through time leaves out the timesteps in the middle.',
        'It leaves out none: the gradient passes through each of them.',
      ),
      wrong('Feedforward networks do not lose any gradient.', 'They do. A sigmoid network of 20 layers shows it well.'),
    ],
    lesson: regimes,
  }),
  bound: (draw) => {
    const norm = pick([0.8, 0.85, 0.9, 0.95], draw);
    const length = pick([20, 30, 40, 50, 100], draw);
    const factors = length - 1;
    return {
      text:
        `‖W_hh‖ = ${norm}, and a tanh network reads T = ${length} timesteps. What is the most ` +
        `that the first timestep can get of the gradient at the last?`,
      choices: [
        right(
          `${norm}^${factors} = ${formatNumber(norm ** factors)}`,
          `Yes: ${factors} Jacobians lie between the first and the last state, each of norm ‖W_hh‖ at most.`,
        ),
        wrong(`${norm}^2 = ${formatNumber(norm ** 2)}`, 'That is the bound over two timesteps.'),
        wrong(
          `${norm} ÷ ${length} = ${formatNumber(norm / length)}`,
          'The factors are multiplied. The gradient falls as a power of the norm, not in proportion to the length.',
        ),
        wrong(
          `1 − ${factors} · ${formatNumber(1 - norm)} = ${formatNumber(1 - factors * (1 - norm))}`,
          'That takes the same amount away at each timestep. A factor takes a share of what is left.',
        ),
      ],
      lesson: regimes,
    };
  },
  explosion: (draw) => {
    const norm = pick([1.2, 1.3, 1.5, 2], draw);
    return {
      text: `The largest singular value of W_hh is ${norm}. Must the gradient of a tanh network explode?`,
      choices: [
        right(
          'No. The slopes of tanh are factors too, and may take away more than W_hh adds.',
          'Yes. Above 1 the bound allows growth and promises none. States that saturate have slopes near 0.',
        ),
        wrong(
          'Yes, the theorem on the largest singular value says so.',
          'The theorem goes one way: below 1/γ the gradient vanishes. Its other half says what ' +
            'explosion needs, and not what it follows from.',
        ),
        wrong('Yes, and clipping is the remedy.', 'It may grow, and then clipping helps. It need not.'),
        wrong(
          'No, only eigenvalues matter.',
          'Eigenvalues decide over powers of one matrix. Here each factor has other slopes before the matrix.',
        ),
      ],
      lesson: regimes,
    };
  },
  eigenvalues: (draw) => {
    const large = pick([6, 7, 8, 9], draw);
    const small = pick([1, 2, 3], draw);
    const shift = pick([1, 2], draw);
    const tenth = (value: number): string => (value / 10).toFixed(1);
    const matrix =
      `[[${tenth(large - shift)}, ${tenth(shift)}], [${tenth(large - small - shift)}, ` + `${tenth(small + shift)}]]`;
    return {
      text:
        `hₜ = tanh(W·hₜ₋₁) with W = ${matrix}. At h = 0, by what does the gradient shrink each ` +
        `timestep in the long run?`,
      choices: [
        right(
          tenth(large),
          `Yes. The slope of tanh at 0 is 1, so the Jacobian is W; its eigenvalues are ` +
            `${tenth(large)} and ${tenth(small)}.`,
        ),
        wrong(
          tenth(small),
          `That is the smaller eigenvalue. What is left after many timesteps lies along the larger one.`,
        ),
        wrong(
          formatNumber((large * small) / 100),
          'That is the determinant, the product of both eigenvalues: how an area shrinks, not a length.',
        ),
        wrong(
          formatNumber((large + small) / 10),
          'That is the trace, the sum of both eigenvalues. It says nothing of one direction alone.',
        ),
      ],
      lesson: regimes,
    };
  },
  sigmoid: (draw) => {
    const norm = pick([2, 3], draw);
    const length = pick([8, 10, 12], draw);
    const factor = 0.25 * norm;
    return {
      text:
        `A sigmoid in place of tanh, ‖W_hh‖ = ${norm} and T = ${length}: the most that can be ` +
        `left at the first timestep?`,
      choices: [
        right(
          `(0.25 · ${norm})^${length - 1} = ${formatNumber(factor ** (length - 1))}`,
          'Yes: the slope of a sigmoid is 0.25 at most, and that at 0 alone.',
        ),
        wrong(
          `${norm}^${length - 1} = ${formatNumber(norm ** (length - 1))}`,
          'That is the bound for tanh, whose slope reaches 1.',
        ),
        wrong(`0.25 · ${norm} = ${formatNumber(factor)}`, 'That is the factor of one timestep.'),
        wrong(`0.25^${length - 1} = ${formatNumber(0.25 ** (length - 1))}`, 'The matrix is a factor as well.'),
      ],
      lesson: activations,
    };
  },
  clipping: () => ({
    text: 'Training stands still, and the gradient norm is 3e-7. Does clipping at a norm of 1 help?',
    choices: [
      right(
        'No. It makes large gradients smaller; here there is nothing to clip.',
        'Yes. Clipping is for gradients that explode. A factor that raised small ones would raise their noise alike.',
      ),
      wrong(
        'Yes, it brings the norm to 1.',
        'It scales down what is above the limit, and leaves what is below as it is.',
      ),
      wrong('Yes, if the limit is 1e-7.', 'Then each gradient would be made smaller still.'),
      wrong(
        'No, a larger learning rate does.',
        'It scales every part alike. What comes from far back stays a vanishing share of what comes from nearby.',
      ),
    ],
    lesson: before,
  }),
  forgetGate: (draw) => {
    const gate = pick([0.9, 0.95, 0.98, 0.99], draw);
    const lag = pick([20, 40, 100], draw);
    return {
      text:
        `The forget gate of an LSTM stands at ${gate}. How much of ∂L/∂c is left ${lag} ` +
        `timesteps earlier, along the cell state alone?`,
      choices: [
        right(
          `${gate}^${lag} = ${formatNumber(gate ** lag)}`,
          'Yes: cₜ = f ⊙ cₜ₋₁ + i ⊙ g, so each timestep multiplies by f, and by no matrix and no slope.',
        ),
        wrong(
          'All of it: that is what the carousel is for.',
          'Only with a gate at exactly 1. An open gate at 0.99 has forgotten two thirds after 110 timesteps.',
        ),
        wrong(
          `(0.25 · ${gate})^${lag} = ${formatNumber((0.25 * gate) ** lag)}`,
          'The slope of the sigmoid belongs to the path through the gate, not to the one along the cell state.',
        ),
        wrong(
          `${gate} ÷ ${lag} = ${formatNumber(gate / lag)}`,
          'Each timestep takes a share of what is left; a quotient falls far more slowly.',
        ),
      ],
      lesson: gates,
    };
  },
  latch: () => ({
    text:
      'An RNN with weights set by hand remembers a bit for 100 timesteps. Training from a ' +
      'random start never finds such weights. What does that show?',
    choices: [
      right(
        'It can represent the solution; the gradient does not lead there.',
        'Yes. What a network can represent and what training finds are two questions. The gradient ' +
          'from 100 timesteps back is too small to say where to go.',
      ),
      wrong('The network is too small.', 'The weights that were set by hand fit into it.'),
      wrong(
        'The loss has no minimum there.',
        'It has one: the weights set by hand solve the task. The way to it is flat.',
      ),
      wrong('The data is too noisy.', 'The same data is used for both.'),
    ],
    lesson: detecting,
  }),
  bottleneck: (draw) => {
    const length = pick([50, 100, 200], draw);
    const hops = length - 1;
    return {
      text:
        `A decoder’s last output needs the first of ${length} inputs. How many state Jacobians of the encoder lie on ` +
        `the shortest way of the gradient to that input’s state, without attention and with it?`,
      choices: [
        right(
          `${hops} without, none with it`,
          'Yes. Without attention it comes through the last state and back through all others. With it, c = Σ αₜ·hₜ ' +
            'has the first state as a term of its own.',
        ),
        wrong(
          `${hops} in both cases`,
          'That is the way through the encoder. Attention adds another one that leaves it out.',
        ),
        wrong(
          `${hops} without, ${Math.round(hops / 2)} with it`,
          'Attention does not halve the way: each state is a term of the sum, whatever its distance.',
        ),
        wrong(
          'one without, none with it',
          'One vector is handed over, and it was made by all the timesteps before it: the gradient goes through each.',
        ),
      ],
      lesson: attention,
    };
  },
} satisfies Record<string, Maker>;

/** Questions that a lesson asks at its end and the quiz does not. */
const checks = {
  carry: (draw) => {
    const kept = pick([0.8, 0.9], draw);
    const length = pick([10, 20, 40], draw);
    return {
      text: `Each of ${length} copies keeps ${kept} of the contrast of the one before. What is left in the last?`,
      choices: [
        right(
          `${kept}^${length} = ${formatNumber(kept ** length)}`,
          'Yes: what each passes on is multiplied, so that what is left falls as a power of their number.',
        ),
        wrong(
          `1 − ${length} · ${formatNumber(1 - kept)} = ${formatNumber(1 - length * (1 - kept))}`,
          'Each copy takes a share of what is left, and not the same amount each time.',
        ),
        wrong(
          `${kept} ÷ ${length} = ${formatNumber(kept / length)}`,
          'That would share one loss among all copies; each has a loss of its own.',
        ),
        wrong(`${kept}, as of any copy`, 'That is what one copy keeps of the one before it, and not of the original.'),
      ],
      lesson: { label: 'Why it matters', address: '/learn/why' },
    };
  },
  recency: () => ({
    text: 'A network is right for all keys one word back, and guesses from five words on. What follows?',
    choices: [
      right(
        'It has not learnt the far ones yet, or gets too little gradient from there to learn them in time.',
        'Yes. Accuracy by distance shows what was learnt. Whether more training helps is another question.',
      ),
      wrong(
        'A network of this kind cannot represent a dependency of five words.',
        'What it can represent and what it has learnt are two things. Here the RNN does it after more steps.',
      ),
      wrong('Its vocabulary is too small.', 'The words are those of the short sentences, which it gets right.'),
      wrong(
        'The far sentences have another rule.',
        'The rule stays: one word decides. Only what stands between grows.',
      ),
    ],
    lesson: { label: 'Long dependencies', address: '/learn/dependencies' },
  }),
} satisfies Record<string, Maker>;

/** The name of a question. */
export type QuestionName = keyof typeof makers | keyof typeof checks;

const names = Object.keys(makers) as (keyof typeof makers)[];
const all: Readonly<Record<QuestionName, Maker>> = { ...makers, ...checks };

/** The names of the questions that only a lesson asks. */
export const checkNames = Object.keys(checks) as (keyof typeof checks)[];

/** How many questions a quiz has. */
export const quizLength = names.length;

/** The questions of a round, with numbers and an order of their choices drawn anew. */
export function drawQuiz(draw: Draw = Math.random): readonly QuizQuestion[] {
  return names.map((name) => drawQuestion(name, draw));
}

/** One question with numbers and an order of its choices drawn anew. */
export function drawQuestion(name: QuestionName, draw: Draw = Math.random): QuizQuestion {
  const question = all[name](draw);
  const choices = question.choices.map((choice) => ({ choice, place: draw() }));
  choices.sort((a, b) => a.place - b.place);
  return { ...question, choices: choices.map(({ choice }) => choice) };
}
