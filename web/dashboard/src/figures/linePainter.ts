import type uPlot from 'uplot';
import { placeHeadNotes } from './lineNotes.js';
import { isGap, isPlaced, type LineSpec } from './lineSpec.js';
import type { Theme } from './theme.js';

/** How much of a band's colour covers what is behind it. */
export const bandOpacity = 0.16;

/** Fills the bands of a chart; to be called before its lines are drawn. */
export function drawBands(plot: uPlot, spec: LineSpec, theme: Theme): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.globalAlpha = bandOpacity;
  for (const band of spec.bands ?? []) {
    ctx.fillStyle = theme.colour(band.colour);
    for (const run of placedRuns(band.low, band.high, spec.log)) {
      ctx.beginPath();
      for (const i of run) ctx.lineTo(xOf(plot, spec, band.x[i]), yOf(plot, spec, band.high[i]));
      for (const i of run.toReversed()) ctx.lineTo(xOf(plot, spec, band.x[i]), yOf(plot, spec, band.low[i]));
      ctx.closePath();
      ctx.fill();
    }
  }
  ctx.restore();
}

/** The indices of a band's places, in stretches without a gap. */
export function placedRuns(low: ArrayLike<number>, high: ArrayLike<number>, log: boolean): number[][] {
  const runs: number[][] = [[]];
  for (let i = 0; i < low.length; i++) {
    if (isPlaced(low[i] ?? NaN, log) && isPlaced(high[i] ?? NaN, log)) runs.at(-1)?.push(i);
    else if (runs.at(-1)?.length !== 0) runs.push([]);
  }
  return runs.filter((run) => run.length > 0);
}

/** Zeros of a log axis as ▽ on its foot, non-finite values as × on its head. */
export function drawSpecials(plot: uPlot, spec: LineSpec, theme: Theme): void {
  const { ctx } = plot;
  const { top, height } = plot.bbox;
  const size = 4 * devicePixelRatio;
  ctx.save();
  ctx.lineWidth = 1.5 * devicePixelRatio;
  for (const series of spec.series) {
    if (series.faint === true) continue;
    ctx.strokeStyle = theme.colour(series.colour);
    for (let i = 0; i < series.x.length; i++) {
      const value = series.y[i] ?? NaN;
      const finite = Number.isFinite(value);
      if ((finite && !(spec.log && value <= 0)) || isGap(series, value)) continue;
      const x = xOf(plot, spec, series.x[i]);
      if (finite) drawTriangle(ctx, x, top + height - size, size);
      else drawCross(ctx, x, top + size + 2, size);
    }
  }
  ctx.restore();
}

/** Writes the signs at values and the words at the head of a chart. */
export function drawNotes(plot: uPlot, spec: LineSpec, theme: Theme, font: string): void {
  const notes = spec.notes ?? [];
  if (notes.length === 0) return;
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.font = font.replace(/^\d+/, (size) => String(Number(size) * ratio));
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'center';
  for (const note of notes) {
    if (note.y === null) continue;
    ctx.fillStyle = theme.colour(note.colour);
    const y = yOf(plot, spec, note.y) + (note.below === true ? 11 : -11) * ratio;
    ctx.fillText(note.text, xOf(plot, spec, note.x), y);
  }
  const heads = placeHeadNotes(
    notes,
    [bbox.left, bbox.left + bbox.width],
    (x) => xOf(plot, spec, x),
    (text) => ctx.measureText(text).width,
  );
  for (const { note, x, sign, words, left } of heads) {
    ctx.fillStyle = theme.colour(note.colour);
    ctx.textAlign = 'center';
    ctx.fillText(sign, x, bbox.top + 7 * ratio);
    ctx.textAlign = 'left';
    if (left !== null) ctx.fillText(words, left, bbox.top + 21 * ratio);
  }
  ctx.restore();
}

/** The canvas place of an x value of the spec. */
function xOf(plot: uPlot, spec: LineSpec, x = NaN): number {
  return plot.valToPos(spec.logX === true ? Math.log10(x) : x, 'x', true);
}

function yOf(plot: uPlot, spec: LineSpec, y = NaN): number {
  return plot.valToPos(spec.log ? Math.log10(y) : y, 'y', true);
}

function drawTriangle(ctx: CanvasRenderingContext2D, x: number, y: number, size: number): void {
  ctx.beginPath();
  ctx.moveTo(x - size, y - size);
  ctx.lineTo(x + size, y - size);
  ctx.lineTo(x, y + size);
  ctx.closePath();
  ctx.stroke();
}

function drawCross(ctx: CanvasRenderingContext2D, x: number, y: number, size: number): void {
  ctx.beginPath();
  ctx.moveTo(x - size, y - size);
  ctx.lineTo(x + size, y + size);
  ctx.moveTo(x + size, y - size);
  ctx.lineTo(x - size, y + size);
  ctx.stroke();
}
