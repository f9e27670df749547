/** A page of the learning room. */
export interface LearnPage {
  readonly topic: string;
  readonly title: string;
  /** What a reader can do afterwards, or finds there. */
  readonly promise: string;
  readonly minutes: number;
}

/** A page that teaches: what its reader can do afterwards. */
export interface Lesson extends LearnPage {
  readonly objectives: readonly string[];
}

/** Lessons with a figure that the engine computes, in the order in which they build on each other. */
export const lessons = [
  {
    topic: 'why',
    title: 'Why it matters',
    promise:
      'Play a game of memory against an RNN and an LSTM, and see what a network has to bring through its states.',
    objectives: [
      'say why a signal that is passed on many times fades although no one loses it',
      'tell what a recurrent network has to keep while it reads, and what it is told while it learns',
      'compare your memory with that of three trained networks, in numbers',
    ],
    minutes: 8,
  },
  {
    topic: 'step',
    title: 'The recurrent step',
    promise: 'Compute a timestep by hand, and see what sharing one matrix over time costs.',
    objectives: [
      'compute a state and an output from the state before',
      'say what is shared over time, as a filter is shared over space',
      'explain by a measurement why n times one matrix is harder than n matrices',
    ],
    minutes: 10,
  },
  {
    topic: 'backpropagation',
    title: 'Backpropagation through time',
    promise: 'Follow a gradient back term by term, on two units whose every number you can read.',
    objectives: [
      'write the Jacobian of a timestep as slopes times W_hh',
      'compute the gradient of a state from that of the next one',
      'tell what singular values bound and what eigenvalues decide',
    ],
    minutes: 12,
  },
  {
    topic: 'regimes',
    title: 'Three regimes',
    promise:
      'Say from one number whether a gradient vanishes, stays or explodes, and why that ' + 'number is not σ₁ alone.',
    objectives: [
      'read a factor per timestep off a curve, and say where it leads after 50 timesteps',
      'state what σ₁ of W_hh promises below 1, and what it does not promise above',
      'explain why a random start hardly ever stands where gradients stay',
    ],
    minutes: 10,
  },
  {
    topic: 'activations',
    title: 'Activations',
    promise:
      'Tell what sigmoid, tanh and ReLU leave of a gradient after 10 and 50 timesteps, and where ' +
      'the textbook bound stops.',
    objectives: [
      'name the largest slope of sigmoid, tanh and ReLU, and what it leaves after 10 and 50 timesteps',
      'say when “a sigmoid shrinks it at least four times” is wrong',
    ],
    minutes: 8,
  },
  {
    topic: 'dependencies',
    title: 'Long dependencies',
    promise:
      'Find the word that decides, up to twenty words back, and see which network learns it, and after how long.',
    objectives: [
      'name the word that decides in a sentence, a bar of music or a block of code, and its distance',
      'read off a figure how much of an answer’s gradient reaches that word',
      'say what an RNN learns later than an LSTM, and what it learns all the same',
    ],
    minutes: 12,
  },
  {
    topic: 'detecting',
    title: 'Can represent, cannot learn',
    promise:
      'Tell what a network can hold from what training finds, and find out from a running training which of its ' +
      'symptoms is a vanished gradient.',
    objectives: [
      'explain why a unit that keeps a bit safely passes back hardly any gradient',
      'name recency bias, and the number that measures it',
      'go from a symptom to the quantity that shows it, and to a remedy',
      'say of which state and timestep a printed gradient is',
    ],
    minutes: 12,
  },
  {
    topic: 'before',
    title: 'What was tried before gates',
    promise: 'Say what clipping, special starts, skip connections and Ω do to a gradient, and what they leave open.',
    objectives: [
      'say which of the two faults clipping helps against',
      'compare an orthogonal start, an identity start, a skip and Ω by the gradient that they leave',
      'name what all of them lack that a gate has',
    ],
    minutes: 12,
  },
  {
    topic: 'gates',
    title: 'Gates',
    promise: 'Read a forget gate: how long an LSTM can learn with a bias of 0, 1 and 3, and what the carousel is.',
    objectives: [
      'say what each gate does near 1 and near 0',
      'compute from a forget bias how many timesteps halve a gradient',
      'tell when a forget bias helps, from networks that were trained',
    ],
    minutes: 10,
  },
  {
    topic: 'attention',
    title: 'From the bottleneck to attention',
    promise: 'Say how much a state of fixed size can carry, and why a gradient needs one hop through attention.',
    objectives: [
      'say what an encoder hands to a decoder, and why its size does not follow the input',
      'read from a figure which length a state of given size can hold',
      'name the path by which attention carries a gradient, and count its hops',
    ],
    minutes: 12,
  },
] as const satisfies readonly Lesson[];

/** The topic of a lesson. */
export type LessonTopic = (typeof lessons)[number]['topic'];

/** The lesson of a topic. */
export function lessonOf(topic: LessonTopic): Lesson {
  return lessons.find((one) => one.topic === topic) ?? lessons[0];
}

/** What else there is. */
export const rooms: readonly LearnPage[] = [
  {
    topic: 'playground',
    title: 'Train in the page',
    promise: 'An RNN beside an LSTM, trained for 300 steps before your eyes: see where the gradient ends at each step.',
    minutes: 5,
  },
  { topic: 'summary', title: 'Summary', promise: 'Five ideas and six equations on one page, to print.', minutes: 5 },
  {
    topic: 'timeline',
    title: 'Timeline',
    promise: 'Who found what, from 1986 to today, with every source.',
    minutes: 5,
  },
  {
    topic: 'exercises',
    title: 'Exercises',
    promise: 'Ten to do yourself: in words, by hand and in C#. Each answer is checked.',
    minutes: 60,
  },
  {
    topic: 'elsewhere',
    title: 'What is an LSTM elsewhere?',
    promise: 'What packages with these words in their names compute, beside the equations here.',
    minutes: 5,
  },
  {
    topic: 'quiz',
    title: 'Quiz',
    promise: 'Questions on all lessons; their numbers are drawn anew each time.',
    minutes: 8,
  },
];

/** Every topic that has a page. */
export const topics: readonly string[] = [...lessons, ...rooms].map((page) => page.topic);
