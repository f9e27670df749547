import type { JsonNumber } from '../numbers/parse.js';

/** The server's answers as JSON; the names are those of the HTTP interface. */
export interface StoreAnswer {
  readonly metrics: readonly MetricWords[];
  readonly cells: readonly CellInfo[];
  /** What a command ends with, quoted, so that it finds this store; empty for the usual one. */
  readonly storeOption: string;
}

/** A gate of a cell. */
export interface GateInfo {
  readonly name: string;
  readonly symbol: string;
  readonly activation: string;
  readonly isSigned: boolean;
}

/** What a cell is, as the server describes it. */
export interface CellInfo {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly title: string;
  readonly gates: readonly GateInfo[];
  readonly hasCellState: boolean;
  readonly largestSlope: number | null;
  readonly hasForgetBias: boolean;
  readonly hasChronoStart: boolean;
  readonly candidateReads: string;
}

/** What a metric is called, and how it is shown and read; the words are those of docs/telemetry.md. */
export interface MetricWords {
  readonly name: string;
  readonly kind: 'scalar' | 'row' | 'map' | 'spectrum' | 'matrix';
  readonly label: string;
  /** With "{gate}" for the gate of a column per gate. */
  readonly title: string;
  readonly meaning: string;
  readonly caption: string;
  readonly range: string;
  readonly unit: string;
  readonly howToRead: string;
  readonly scale: 'log' | 'linear' | 'diverging';
  /** The scale of a candidate's column, where it differs. */
  readonly candidateScale: 'log' | 'linear' | 'diverging' | null;
}

export interface VerdictCounts {
  readonly information: number;
  readonly warning: number;
  readonly error: number;
}

/** What can be asked of a run while it is trained. */
export type RunRequestKind = 'pause' | 'continue' | 'stop' | 'learning-rate';

export interface RunSummary {
  readonly id: string;
  readonly name: string;
  readonly pinned: boolean;
  /** Whether its training waits, as it was asked to. */
  readonly paused: boolean;
  /** What the run is: one network that is trained, or a report. */
  readonly kind: 'training' | 'experiment' | 'diagnosis' | 'sweep';
  /** The run that it is a trial of, or a word of the program; null for a run of its own. */
  readonly belongsTo: string | null;
  /** Words that people find the run by. */
  readonly tags: readonly string[];
  /** What people wrote about the run: any text. */
  readonly note: string;
  readonly task: string;
  readonly cell: string;
  readonly status: string;
  readonly step: number;
  readonly steps: number;
  readonly created: string;
  readonly updated: string;
  readonly trainingLoss?: JsonNumber;
  readonly validationLoss?: JsonNumber;
  readonly effectiveContext?: JsonNumber;
  /** The number as the terminal writes it; so is the next one. */
  readonly effectiveContextText: string;
  /** Missing too where the gradient grows: the text says how fast. */
  readonly gradientReach?: JsonNumber;
  readonly gradientReachText: string;
  readonly verdicts: VerdictCounts;
}

export interface MetricInfo {
  readonly kind: 'scalar' | 'row';
  readonly name: string;
  readonly layers: readonly number[];
  readonly firstStep: number;
  readonly lastStep: number;
}

export interface RunDetail extends RunSummary {
  readonly seed: number | string;
  readonly version: string;
  readonly machine: string;
  readonly commandLine: string;
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly metrics: readonly MetricInfo[];
  readonly hasCheckpoint: boolean;
  /** What the loss counts: nats or squared error; null where it is not known. */
  readonly lossUnit: string | null;
}

export interface RunsAnswer {
  readonly runs: readonly RunSummary[];
}

export interface SeriesAnswer {
  readonly metric: string;
  readonly steps: readonly number[];
  readonly values: readonly JsonNumber[];
}

export interface ScalarsAnswer {
  readonly series: readonly SeriesAnswer[];
}

export interface RowAnswer {
  readonly metric: string;
  readonly layer: number;
  readonly step: number;
  readonly values: readonly JsonNumber[];
}

/** The settings are what a remedy changes; a server with a command line sends the command too. */
export interface Remedy {
  readonly text: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly command?: string | null;
}

/** A verdict with its evidence. */
export interface Verdict {
  readonly verdict: string;
  readonly severity: string;
  readonly step: number;
  readonly layer: number | null;
  readonly gate: string | null;
  readonly timestep: number | null;
  readonly metric: string | null;
  readonly value: JsonNumber;
  readonly threshold: JsonNumber;
  readonly evidence: Readonly<Record<string, JsonNumber>>;
  readonly meaning: string;
  readonly remedies: readonly Remedy[];
}

export interface RunEvent {
  readonly key: string;
  readonly step: number;
  readonly created: string;
  readonly level: string;
  readonly title: string;
  readonly text: string;
  /** What belongs to the title: a verdict's evidence, a curve. An object, or its text where it is no JSON. */
  readonly payload: unknown;
}

export interface TextSample {
  readonly key: string;
  readonly step: number;
  readonly created: string;
  readonly text: string;
}

export interface LiveRows {
  readonly metric: string;
  readonly layer: number;
  readonly steps: readonly number[];
  readonly lengths: readonly number[];
  readonly data: string;
}

export interface LiveChange {
  readonly run?: RunSummary;
  readonly startedOver?: boolean;
  readonly scalars?: readonly SeriesAnswer[];
  readonly rows?: readonly LiveRows[];
  readonly events?: readonly RunEvent[];
  readonly samples?: readonly TextSample[];
}

/** The same quantities at the initial state, T timesteps before the loss. */
export interface ExplorerInitial {
  readonly norm: JsonNumber;
  readonly relative: JsonNumber;
  readonly scalarFormula: JsonNumber;
  readonly bound: JsonNumber;
}

export interface ExplorerAnswer {
  readonly initial: ExplorerInitial;
  readonly norms: readonly JsonNumber[];
  readonly relative: readonly JsonNumber[];
  /** What each timestep multiplies the gradient by; entry 0 leads to the initial state. */
  readonly factors: readonly JsonNumber[];
  readonly slopes: readonly JsonNumber[] | null;
  readonly formula: { readonly name: string; readonly rate: JsonNumber };
  readonly reason: {
    readonly sentence: string;
    readonly factor: JsonNumber;
    readonly slope: JsonNumber;
    readonly kept: JsonNumber;
  };
  readonly scalarFormula: readonly JsonNumber[];
  readonly bound: readonly JsonNumber[] | null;
  readonly stepBound: JsonNumber;
  readonly gates: Readonly<Record<string, readonly JsonNumber[]>>;
  readonly carousel: readonly JsonNumber[] | null;
  readonly sigma1: JsonNumber;
  readonly rho: JsonNumber;
  readonly horizon: JsonNumber;
  readonly verdict: 'healthy' | 'vanishing' | 'exploding';
  readonly sentence: string;
  readonly threshold: JsonNumber;
  readonly milliseconds: number;
}

/** What each kind of transcriber copied right, as it was recorded. */
export interface BottleneckAnswer {
  readonly sizes: readonly number[];
  readonly longest: number;
  readonly symbols: number;
  readonly sequences: number;
  readonly systems: readonly {
    readonly name: string;
    readonly title: string;
    readonly state: string;
    /** The share of symbols by size and length − 1. */
    readonly right: readonly (readonly number[])[];
  }[];
}

/** One sequence through one transcriber. */
export interface AttentionMaps {
  readonly name: string;
  readonly title: string;
  readonly parameters: number;
  readonly written: string;
  readonly right: number;
  /** ‖∂L_u/∂xₜ‖ by written letter u and timestep t. */
  readonly gradients: readonly (readonly JsonNumber[])[];
  /** α by written letter and timestep; null without attention. */
  readonly weights: readonly (readonly JsonNumber[])[] | null;
  /** e to the entropy of each written letter's weights. */
  readonly spread: readonly JsonNumber[] | null;
}

export interface AttentionAnswer {
  readonly sentence: string;
  readonly trained: boolean;
  readonly hiddenSize: number;
  readonly systems: readonly AttentionMaps[];
}

/** An exercise with the numbers of one draw. */
export interface ExerciseAnswer {
  readonly task: string;
  readonly points: readonly string[];
  readonly solution: readonly string[];
  readonly fields: readonly ExerciseField[];
  readonly choice: ExerciseChoice | null;
  readonly skeleton: string | null;
  readonly run: ExerciseRun | null;
}

export interface ExerciseField {
  readonly label: string;
  readonly hint: string;
  readonly isAnyOrder: boolean;
  readonly numbers: readonly ExpectedNumber[];
}

/** A number that an exercise expects; with a key it stands behind those numbers on a line. */
export interface ExpectedNumber {
  readonly label: string;
  readonly key: readonly number[];
  readonly least: number;
  readonly greatest: number;
  readonly below: string;
  readonly above: string;
  readonly mistakes: readonly { readonly least: number; readonly greatest: number; readonly why: string }[];
}

export interface ExerciseChoice {
  readonly label: string;
  readonly options: readonly { readonly text: string; readonly isRight: boolean; readonly why: string }[];
}

/** What a run of the store has to be to answer an exercise. */
export interface ExerciseRun {
  readonly task: string;
  readonly cell: string;
  readonly leastLag: number;
  readonly leastSteps: number;
  readonly greatestSuccess: number;
  readonly chance: number;
}

export interface DependencyAnswer {
  readonly cells: readonly string[];
  readonly words: readonly string[];
  readonly subject: number;
  readonly verb: number;
  readonly attractorIndices: readonly number[];
  readonly norms: Readonly<Record<string, readonly JsonNumber[]>>;
  readonly probabilities: Readonly<Record<string, { readonly singular: number; readonly plural: number }>>;
  readonly correct: Readonly<Record<string, boolean>>;
  readonly accuracyByAttractors: Readonly<Record<string, readonly JsonNumber[]>>;
  readonly status: 'training' | 'ready';
  readonly progress: number;
}

export interface ItemisedAnswer {
  readonly characters: readonly string[];
  /** What follows each character in the text. */
  readonly targets?: readonly string[];
  readonly textLength?: number;
  readonly map: string;
  readonly top: readonly (readonly { readonly character: string; readonly probability: number }[])[];
}

/** Singular values of the Jacobian product at one lag, and the bound where there is one. */
export interface LagAnswer {
  readonly lag: number;
  readonly largest: JsonNumber;
  /** Null where it is lost in the rounding of a double. */
  readonly smallest: JsonNumber;
  readonly bound: JsonNumber;
}

/** The decay of the loss's gradient as two factors, in ln per timestep. */
export interface DecaySplit {
  readonly keptName: string;
  readonly kept: JsonNumber;
  readonly restName: string;
  readonly rest: JsonNumber;
  readonly paths: readonly { readonly name: string; readonly log: JsonNumber }[];
  readonly total: JsonNumber;
}

export interface LyapunovAnswer {
  readonly exponents: readonly JsonNumber[];
  readonly standardErrors: readonly JsonNumber[];
  readonly timesteps: number;
  readonly sequences: number;
}

/** How a layer hands its state on, and its gradient back. */
export interface LayerDynamics {
  readonly layer: number;
  readonly cell: string;
  /** "h" or "(h, c)". */
  readonly state: string;
  readonly stateSize: number;
  readonly sentence: string;
  readonly notMeasured: string | null;
  readonly singularValues: readonly JsonNumber[];
  readonly eigenvalues: readonly { readonly real: JsonNumber; readonly imaginary: JsonNumber }[];
  readonly product: readonly LagAnswer[];
  readonly boundPerTimestep: JsonNumber;
  readonly lyapunov: LyapunovAnswer | null;
  readonly split: DecaySplit | null;
}

export interface DynamicsAnswer {
  readonly step: number;
  readonly sequenceLength: number;
  readonly timestep: number;
  readonly layer: LayerDynamics;
  /** float32 [S · S] in base64, row by row. */
  readonly jacobian: string;
}
