/** What the engine answers to the lessons; numbers may be texts where they are not finite. */

export interface TwoUnitsStep {
  readonly sum: readonly number[];
  readonly state: readonly number[];
  readonly slopes: readonly number[];
  readonly output: number;
  readonly jacobian: readonly number[];
  readonly gradient: readonly number[];
  readonly gradientNorm: number;
  readonly product: readonly number[];
  readonly singularValues: readonly number[];
  readonly bound: number;
}

/** Both passes of a tanh network of two units; matrices are row by row. */
export interface TwoUnitsAnswer {
  readonly weights: readonly number[];
  readonly inputWeights: readonly number[];
  readonly outputWeights: readonly number[];
  readonly input: number;
  readonly steps: readonly TwoUnitsStep[];
  readonly initialGradient: readonly number[];
  readonly eigenvalueReal: readonly number[];
  readonly eigenvalueImaginary: readonly number[];
  readonly sigma1: number;
  readonly rho: number;
}

/** Quartiles by the number of factors. */
export interface NormSpread {
  readonly low: readonly number[];
  readonly median: readonly number[];
  readonly high: readonly number[];
}

export interface DepthProductsAnswer {
  readonly draws: number;
  readonly different: NormSpread;
  readonly shared: NormSpread;
}

export interface RandomStartsAnswer {
  readonly draws: number;
  readonly near: number;
  readonly exact: number;
  readonly below: number;
  readonly radii: readonly number[];
}

/** The gates of the trained LSTM, one entry for each word. */
export interface GatesAnswer {
  readonly words: readonly string[];
  readonly key: number;
  readonly answer: string;
  readonly gates: Readonly<Record<string, readonly number[]>>;
  readonly carousel: readonly number[];
  readonly measured: readonly number[];
}

export interface CellSizesAnswer {
  readonly sizes: readonly { readonly cell: string; readonly parameters: number }[];
}
