import type { Report, ReportPart } from '../api/report.js';
import type { RunEvent } from '../api/types.js';
import { toNumber, type JsonNumber } from '../numbers/parse.js';
import { payloadOf } from './verdict.js';

/** The report that a run keeps; null while there is none. */
export function reportOf(events: readonly RunEvent[]): Report | null {
  for (const event of events) {
    const report = payloadOf(event)?.['report'];
    if (typeof report === 'object' && report !== null && 'parts' in report) return report as Report;
  }
  return null;
}

/** How far the work on a report is. */
export interface Progress {
  /** The share that is done, from 0 to 1. */
  readonly share: number;
  /** What was done, the newest first. */
  readonly lines: readonly string[];
}

/** How far the work on a report is, as its run says it; null before it has said anything. */
export function progressOf(events: readonly RunEvent[]): Progress | null {
  const told = events.filter((event) => event.title === 'Progress');
  const newest = told.at(-1);
  if (newest === undefined) return null;
  const payload = payloadOf(newest) ?? {};
  const share = toNumber(payload['done'] as JsonNumber) / toNumber(payload['total'] as JsonNumber);
  return {
    share: Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0,
    lines: told.map((event) => event.text).reverse(),
  };
}

type Charted = Extract<ReportPart, { part: 'chart' | 'heatmap' }>;

/** What stands in one panel: a picture, or a heading with all that comes below it. */
export type ReportSection =
  | { readonly kind: 'picture'; readonly part: Charted }
  | { readonly kind: 'text'; readonly title: string; readonly parts: readonly Exclude<ReportPart, Charted>[] };

/** Cuts a report into panels. */
export function sectionsOf(parts: readonly ReportPart[]): readonly ReportSection[] {
  const sections: ReportSection[] = [];
  let open: { kind: 'text'; title: string; parts: Exclude<ReportPart, Charted>[] } | null = null;
  for (const part of parts) {
    if (part.part === 'chart' || part.part === 'heatmap') {
      sections.push({ kind: 'picture', part });
      open = null;
    } else if (part.part === 'heading') {
      open = { kind: 'text', title: part.text, parts: [] };
      sections.push(open);
    } else {
      if (open === null) {
        open = { kind: 'text', title: 'Note', parts: [] };
        sections.push(open);
      }
      open.parts.push(part);
    }
  }
  return sections;
}
