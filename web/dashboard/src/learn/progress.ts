/** What a reader has done in the learning room. The browser alone keeps it. */
export interface Progress {
  /** Exercises that were solved, by name. */
  readonly exercises: readonly string[];
  /** Lessons whose question was answered, by topic: whether the newest answer was right. */
  readonly questions: Readonly<Record<string, boolean>>;
  /** The most right answers in a whole quiz; null before the first. */
  readonly quiz: number | null;
}

/** What is needed of the browser's store. */
export type ProgressStore = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Under which name the browser keeps it. */
export const progressKey = 'backflow-progress';

const nothing: Progress = { exercises: [], questions: {}, quiz: null };

/** Reads what was kept; what is not as it should be counts as nothing. */
export function readProgress(store: ProgressStore | null): Progress {
  try {
    const kept: unknown = JSON.parse(store?.getItem(progressKey) ?? 'null');
    if (typeof kept !== 'object' || kept === null) return nothing;
    const { exercises, questions, quiz } = kept as Record<string, unknown>;
    return {
      exercises: Array.isArray(exercises) ? exercises.filter((one) => typeof one === 'string') : [],
      questions:
        typeof questions === 'object' && questions !== null
          ? Object.fromEntries(
              Object.entries(questions).filter((one): one is [string, boolean] => typeof one[1] === 'boolean'),
            )
          : {},
      quiz: typeof quiz === 'number' && Number.isInteger(quiz) && quiz >= 0 ? quiz : null,
    };
  } catch {
    return nothing;
  }
}

/** The browser's store, or nothing where it keeps none for this page. */
export function browserStore(): ProgressStore | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

function keep(store: ProgressStore | null, progress: Progress): Progress {
  try {
    store?.setItem(progressKey, JSON.stringify(progress));
  } catch {
    // A full or forbidden store: it holds until the page is left.
  }
  return progress;
}

/** Remembers that an exercise is solved. */
export function solved(store: ProgressStore | null, exercise: string): Progress {
  const progress = readProgress(store);
  return progress.exercises.includes(exercise)
    ? progress
    : keep(store, { ...progress, exercises: [...progress.exercises, exercise] });
}

/** Remembers the answer to a lesson's question. */
export function answered(store: ProgressStore | null, topic: string, right: boolean): Progress {
  const progress = readProgress(store);
  return keep(store, { ...progress, questions: { ...progress.questions, [topic]: right } });
}

/** Remembers the result of a whole quiz where it is the best. */
export function scored(store: ProgressStore | null, right: number): Progress {
  const progress = readProgress(store);
  return progress.quiz !== null && progress.quiz >= right ? progress : keep(store, { ...progress, quiz: right });
}

/** Forgets all of it. */
export function forgotten(store: ProgressStore | null): Progress {
  try {
    store?.removeItem(progressKey);
  } catch {
    // What cannot be removed could not be kept.
  }
  return nothing;
}

/** What was done, in a sentence; empty where nothing was. */
export function progressSentence(
  progress: Progress,
  totals: { readonly exercises: number; readonly lessons: number; readonly quiz: number },
): string {
  const right = Object.values(progress.questions).filter((one) => one).length;
  const parts = [
    progress.exercises.length > 0 ? `${progress.exercises.length} of ${totals.exercises} exercises solved` : '',
    right > 0 ? `${right} of ${totals.lessons} lessons’ questions answered` : '',
    progress.quiz !== null ? `${progress.quiz} of ${totals.quiz} right in the best quiz` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `${parts.join(', ')}.`;
}
