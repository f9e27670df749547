/** A question's values by name; the engine reads them as text. */
export type QuestionValues = Readonly<Record<string, string | number>>;

/** What the page tells the worker. */
export type EngineRequest =
  /** Where the module is; the first message. */
  | { readonly kind: 'load'; readonly address: string }
  | { readonly kind: 'ask'; readonly id: number; readonly question: string; readonly values: string }
  | { readonly kind: 'train'; readonly id: number; readonly values: string }
  /** Ends the training that is under way. */
  | { readonly kind: 'stop' };

/** What the worker tells the page. */
export type EngineReply =
  /** The module is loaded, or cannot be, which the next answer says. */
  | { readonly kind: 'begun' }
  /** An answer, or a mistake with its remedy, as JSON. */
  | { readonly kind: 'answer'; readonly id: number; readonly json: string }
  /** What the last steps of a training left; the last of them has done all steps. */
  | { readonly kind: 'steps'; readonly id: number; readonly json: string; readonly isLast: boolean }
  /** The module could not be loaded, or broke. */
  | { readonly kind: 'failure'; readonly id: number; readonly message: string };

/** What the module exports; src/Backflow.Browser says what each does. */
export interface EngineExports {
  Ask(question: string, values: string): string;
  Train(values: string): string;
  Advance(steps: number): string;
}
