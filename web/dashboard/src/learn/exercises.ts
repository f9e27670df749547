/** How an exercise is answered. */
export type ExerciseKind = 'words' | 'numbers' | 'program';

/** An exercise of the page; what it asks comes from the engine. */
export interface ExercisePage {
  /** Its name, as the engine has it. */
  readonly name: string;
  readonly kind: ExerciseKind;
  readonly title: string;
  /** Where to read on. */
  readonly lesson: { readonly label: string; readonly address: string };
  /** The command that does it with trained networks, without `backflow`. */
  readonly line?: string;
}

const regimes = { label: 'Three regimes', address: '/learn/regimes' };
const activations = { label: 'Activations', address: '/learn/activations' };
const gates = { label: 'Gates', address: '/learn/gates' };

/** All of them, in their order. */
export const exercises: readonly ExercisePage[] = [
  { name: 'sharing', kind: 'words', title: 'Depth in time', lesson: regimes },
  { name: 'length', kind: 'words', title: 'A little below 1, a little above', lesson: regimes },
  { name: 'clipping', kind: 'words', title: 'What clipping is for', lesson: regimes, line: 'experiment clip' },
  { name: 'relu', kind: 'words', title: 'ReLU through time', lesson: activations, line: 'experiment activation' },
  { name: 'jacobian', kind: 'numbers', title: 'A Jacobian by hand', lesson: regimes },
  { name: 'eigenvalues', kind: 'numbers', title: 'Its eigenvalues', lesson: regimes },
  {
    name: 'bound',
    kind: 'numbers',
    title: 'A bound for the sigmoid',
    lesson: activations,
    line: 'experiment exercises',
  },
  {
    name: 'flow',
    kind: 'program',
    title: 'The gradient while a network trains',
    lesson: regimes,
    line: 'experiment training-flow',
  },
  {
    name: 'copy',
    kind: 'program',
    title: 'Copy memory',
    lesson: gates,
    line: 'train --task copy-memory --lag 40 --symbols 3 --cell rnn --hidden 64 --steps 1200',
  },
  {
    name: 'spectral',
    kind: 'program',
    title: 'Largest singular value and gradient',
    lesson: regimes,
    line: 'experiment spectral',
  },
];

/** The groups of the page with their titles. */
export const exerciseKinds: readonly (readonly [ExerciseKind, string, string])[] = [
  ['words', 'In words', 'Write an answer, then hold it against ours, point by point.'],
  ['numbers', 'By hand', 'The numbers are drawn anew as often as you like. A wrong one gets a reason.'],
  ['program', 'Programmed', 'Complete a program in C#, run it, and paste what it prints.'],
];
