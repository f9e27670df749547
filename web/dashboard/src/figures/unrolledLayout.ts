/** Where the states of an unrolled network stand: boxes in rows, each with the arrow to the state before it. */
export interface UnrolledLayout {
  /** Whether boxes with numbers fit; else the bars below stand for them. */
  readonly boxed: boolean;
  readonly perRow: number;
  readonly rows: number;
  /** From one box to the next. */
  readonly pitch: number;
  readonly box: number;
  /** Room for an arrow and its two labels, left of each box. */
  readonly gap: number;
  readonly height: number;
}

/** A box and an arrow with a number of six characters each. */
const leastPitch = 86;
const mostPitch = 140;
export const unrolledRowHeight = 112;
/** More rows than this are no picture of a sequence. */
const mostRows = 5;

/** Places the states and the loss, which is one more, into a width. */
export function unrolledLayout(states: number, width: number): UnrolledLayout {
  const items = states + 1;
  const most = Math.max(1, Math.floor(width / leastPitch));
  const rows = Math.ceil(items / most);
  const perRow = Math.ceil(items / rows);
  const boxed = rows <= mostRows;
  const pitch = Math.min(mostPitch, width / perRow);
  const gap = Math.min(48, pitch * 0.48);
  return { boxed, perRow, rows, pitch, box: pitch - gap, gap, height: boxed ? rows * unrolledRowHeight : 0 };
}

/** The left upper corner of a box. */
export function placeOf(layout: UnrolledLayout, item: number): { readonly x: number; readonly y: number } {
  return {
    x: (item % layout.perRow) * layout.pitch + layout.gap,
    y: Math.floor(item / layout.perRow) * unrolledRowHeight + 20,
  };
}

/** The decades that bars on a logarithmic axis span. */
export interface BarSpan {
  readonly low: number;
  readonly high: number;
}

/** So many decades can be told apart in bars; what is smaller has the least height. */
const mostDecades = 12;

/** The whole decades around the values that are finite and above 0. */
export function barSpan(values: ArrayLike<number>): BarSpan {
  let least = Infinity;
  let greatest = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN;
    if (!(value > 0) || value === Infinity) continue;
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
  }
  if (greatest === 0) return { low: 0.1, high: 1 };
  const top = Math.ceil(Math.log10(greatest));
  const bottom = Math.max(Math.floor(Math.log10(least)), top - mostDecades);
  return { low: Number(`1e${Math.min(bottom, top - 1)}`), high: Number(`1e${top}`) };
}

/** How high a bar is, from 0 to 1; what is above 0 or not finite can always be seen. */
export function barShare(span: BarSpan, value: number): number {
  const least = 0.03;
  if (value === 0) return 0;
  if (!Number.isFinite(value)) return 1;
  const share = Math.log(value / span.low) / Math.log(span.high / span.low);
  return Math.max(least, Math.min(1, share));
}
