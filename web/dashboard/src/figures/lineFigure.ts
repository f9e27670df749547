import uPlot from 'uplot';
import { formatTicks } from '../numbers/format.js';
import { linearTicks, logTicks } from '../numbers/ticks.js';
import { alignLines } from './alignLines.js';
import { extentOf, xAxisLabel, xTicks, xTickText, type LineSpec } from './lineSpec.js';
import { themeOf, type Theme } from './theme.js';

/** What a chart tells its owner. */
export interface LineEvents {
  /** The x value under the pointer, or null. */
  hover(x: number | null): void;
  /** A click at an x value. */
  pick(x: number): void;
}

const font = '12px system-ui, sans-serif';

/** A line chart in an element, drawn by uPlot. */
export class LineFigure {
  private plot: uPlot | null = null;
  private spec: LineSpec | null = null;
  private shape = '';
  private readonly marker = markerElement('marker');
  private readonly mark = markerElement('marker quiet');

  constructor(
    private readonly element: HTMLElement,
    private readonly events: LineEvents,
  ) {}

  /** Shows a spec; the plot is built anew only when its lines or axes are others. */
  update(spec: LineSpec): void {
    this.spec = spec;
    const { width, height } = this.element.getBoundingClientRect();
    if (width < 20 || height < 20) return;
    const shape = JSON.stringify([
      spec.log,
      spec.xLabel,
      spec.yLabel,
      spec.yEnds,
      spec.backward,
      spec.series.map(({ label, colour, faint, dash, points }) => [label, colour, faint, dash, points]),
    ]);
    if (this.plot === null || shape !== this.shape) {
      this.shape = shape;
      this.build(spec, width, height);
    } else {
      this.plot.setData(columnsOf(spec));
    }
    this.placeMarkers();
  }

  /** Moves the marks without drawing anything else. */
  moveMarkers(marker: number | null, mark: number | null): void {
    if (this.spec === null) return;
    this.spec = { ...this.spec, marker, mark };
    this.placeMarkers();
  }

  /** Takes the size of its element. */
  resize(): void {
    const { width, height } = this.element.getBoundingClientRect();
    if (width < 20 || height < 20) return;
    if (this.plot === null) {
      if (this.spec !== null) this.update(this.spec);
      return;
    }
    this.plot.setSize({ width, height });
    this.placeMarkers();
  }

  /** Draws again in the colours that now hold. */
  repaint(): void {
    this.shape = '';
    if (this.spec !== null) this.update(this.spec);
  }

  destroy(): void {
    this.plot?.destroy();
    this.plot = null;
  }

  private build(spec: LineSpec, width: number, height: number): void {
    this.plot?.destroy();
    const theme = themeOf(this.element);
    this.plot = new uPlot(this.options(spec, theme, width, height), columnsOf(spec), this.element);
    this.plot.over.append(this.mark, this.marker);
    this.plot.over.addEventListener('click', (event) => {
      const plot = this.plot;
      if (plot !== null) this.events.pick(plot.posToVal(event.clientX - plot.over.getBoundingClientRect().left, 'x'));
    });
  }

  private options(spec: LineSpec, theme: Theme, width: number, height: number): uPlot.Options {
    const ends = (): ReturnType<typeof extentOf> => extentOf(this.spec ?? spec);
    const axis = {
      stroke: theme.muted,
      font,
      labelFont: font,
      ticks: { show: false },
      grid: { stroke: theme.grid, width: 1 },
    };
    return {
      width,
      height,
      legend: { show: false },
      padding: [12, 24, 0, 0],
      cursor: { drag: { x: false, y: false }, y: false, points: { size: 7 } },
      scales: {
        x: { time: false, range: () => [...ends().x] },
        y: { range: () => placed(ends().y, spec.log) },
      },
      axes: [
        {
          ...axis,
          size: 30,
          label: xAxisLabel(spec),
          labelSize: 18,
          labelGap: 0,
          grid: { show: false },
          // The element's own size: the plot's is not known when it is first drawn.
          splits: (_plot, _axis, low, high) =>
            xTicks(spec, low, high, Math.max(2, (this.element.clientWidth - 90) / 90)),
          values: (_plot, splits) => splits.map((x) => xTickText(spec, x)),
        },
        {
          ...axis,
          size: 52,
          label: spec.yLabel,
          labelSize: 18,
          labelGap: 0,
          splits: (_plot, _axis, low, high) => {
            const about = Math.max(2, (this.element.clientHeight - 60) / 40);
            return spec.log ? logTicks(10 ** low, 10 ** high, about).map(Math.log10) : linearTicks(low, high, about);
          },
          values: (_plot, splits) =>
            formatTicks(spec.log ? splits.map((exponent) => 10 ** exponent) : splits, spec.log),
          filter: (_plot, splits) => splits,
        },
      ],
      series: [
        {},
        ...spec.series.map((series): uPlot.Series => ({
          label: series.label,
          stroke: theme.colour(series.colour),
          width: series.faint === true ? 1 : (series.width ?? 1.75),
          alpha: series.faint === true ? 0.3 : 1,
          spanGaps: false,
          points: { show: series.points === true || series.x.length === 1, size: 5 },
          ...(series.dash === undefined ? {} : { dash: [...series.dash] }),
        })),
      ],
      hooks: {
        // Sizes are known when uPlot draws, not when it is made.
        draw: [(plot) => drawSpecials(plot, this.spec ?? spec, theme), () => this.placeMarkers()],
        setCursor: [(plot) => this.events.hover(hovered(plot))],
      },
    };
  }

  private placeMarkers(): void {
    const { plot, spec } = this;
    if (plot === null || spec === null) return;
    const [left, right] = extentOf(spec).x;
    const places: readonly (readonly [HTMLElement, number | null])[] = [
      [this.marker, spec.marker ?? null],
      [this.mark, spec.mark ?? null],
    ];
    for (const [element, value] of places) {
      const visible = value !== null && value >= left && value <= right;
      element.hidden = !visible;
      if (!visible) continue;
      const place = ((value - left) / (right - left)) * plot.over.clientWidth;
      element.style.transform = `translateX(${place.toFixed(1)}px)`;
    }
  }
}

function columnsOf(spec: LineSpec): uPlot.AlignedData {
  const { x, y } = alignLines(spec);
  return [x, ...y];
}

function placed([low, high]: readonly [number, number], log: boolean): [number, number] {
  return log ? [Math.log10(low), Math.log10(high)] : [low, high];
}

function hovered(plot: uPlot): number | null {
  const index = plot.cursor.idx;
  return index === null || index === undefined ? null : (plot.data[0][index] ?? null);
}

function markerElement(className: string): HTMLElement {
  const element = document.createElement('div');
  element.className = className;
  element.hidden = true;
  return element;
}

/** Zeros of a log axis as ▽ on its foot, non-finite values as × on its head. */
function drawSpecials(plot: uPlot, spec: LineSpec, theme: Theme): void {
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
      if (finite && !(spec.log && value <= 0)) continue;
      const x = plot.valToPos(series.x[i] ?? 0, 'x', true);
      if (finite) drawTriangle(ctx, x, top + height - size, size);
      else drawCross(ctx, x, top + size + 2, size);
    }
  }
  ctx.restore();
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
