/** A page of the learning room. */
export interface LearnPage {
  readonly topic: string;
  readonly title: string;
  /** What a reader can do afterwards, or finds there. */
  readonly promise: string;
  readonly minutes: number;
}

/** Lessons with a figure that the engine computes, in the order in which they build on each other. */
export const lessons = [
  {
    topic: 'regimes',
    title: 'Three regimes',
    promise:
      'Say from one number whether a gradient vanishes, stays or explodes, and why that ' + 'number is not σ₁ alone.',
    minutes: 10,
  },
  {
    topic: 'activations',
    title: 'Activations',
    promise:
      'Tell what sigmoid, tanh and ReLU leave of a gradient after 10 and 50 timesteps, and where ' +
      'the textbook bound stops.',
    minutes: 8,
  },
  {
    topic: 'gates',
    title: 'Gates',
    promise: 'Read a forget gate: how long an LSTM can learn with a bias of 0, 1 and 3, and what the carousel is.',
    minutes: 10,
  },
] as const satisfies readonly LearnPage[];

/** The topic of a lesson. */
export type LessonTopic = (typeof lessons)[number]['topic'];

/** The lesson of a topic. */
export function lessonOf(topic: LessonTopic): LearnPage {
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
  { topic: 'quiz', title: 'Quiz', promise: 'Eight questions; their numbers are drawn anew each time.', minutes: 8 },
];

/** Every topic that has a page. */
export const topics: readonly string[] = [...lessons, ...rooms].map((page) => page.topic);
