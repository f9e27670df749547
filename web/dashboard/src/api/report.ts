import type { JsonNumber } from '../numbers/parse.js';

/** What a run of the kind experiment or diagnosis came to: its page shows the parts from top to bottom. */
export interface Report {
  readonly name: string;
  readonly title: string;
  readonly findings: readonly string[];
  readonly parts: readonly ReportPart[];
  readonly isComplete: boolean;
}

export interface ReportTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface ReportTerm {
  readonly name: string;
  readonly value: string;
}

export interface ChartPoint {
  readonly x: JsonNumber;
  readonly middle: JsonNumber;
  readonly low: JsonNumber;
  readonly high: JsonNumber;
}

export interface ChartSeries {
  readonly name: string;
  readonly points: readonly ChartPoint[];
  /** Theory or a baseline. */
  readonly isReference: boolean;
  /** The number of a colour that other lines may share; null for one of its own. */
  readonly colour: number | null;
}

export interface ReportChart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly caption: string;
  readonly series: readonly ChartSeries[];
  readonly isLogarithmic: boolean;
  readonly isShare: boolean;
  /** The least value that a logarithmic axis goes down to. */
  readonly floor: number;
}

export interface ReportMap {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly caption: string;
  readonly columns: readonly { readonly x: number; readonly values: readonly JsonNumber[] }[];
  readonly low: number;
  readonly high: number;
}

export type ReportPart =
  | { readonly part: 'heading'; readonly text: string }
  | { readonly part: 'text'; readonly text: string; readonly isStrong: boolean }
  | {
      readonly part: 'list';
      readonly items: readonly { readonly text: string; readonly terms: readonly ReportTerm[] }[];
    }
  | { readonly part: 'table'; readonly table: ReportTable }
  | { readonly part: 'chart'; readonly chart: ReportChart }
  | { readonly part: 'heatmap'; readonly map: ReportMap }
  | { readonly part: 'command'; readonly command: string }
  | { readonly part: 'terms'; readonly terms: readonly ReportTerm[] };
