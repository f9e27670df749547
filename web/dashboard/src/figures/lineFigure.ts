import uPlot from 'uplot';
import { formatTicks } from '../numbers/format.js';
import { linearTicks, logTicks } from '../numbers/ticks.js';
import { alignLines } from './alignLines.js';
import { drawBands, drawNotes, drawSpecials } from './linePainter.js';
import { extentOf, xAxisLabel, xShare, xTicks, xTickText, type LineSpec } from './lineSpec.js';
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
  /** The x values of what is drawn, in the order of the plot's columns. */
  private xs: readonly number[] = [];
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
      spec.logX,
      spec.series.map(({ label, colour, faint, dash, points, stepped }) => [
        label,
        colour,
        faint,
        dash,
        points,
        stepped,
      ]),
    ]);
    if (this.plot === null || shape !== this.shape) {
      this.shape = shape;
      this.build(spec, width, height);
    } else {
      this.plot.setData(this.columnsOf(spec));
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
    this.plot = new uPlot(this.options(spec, theme, width, height), this.columnsOf(spec), this.element);
    this.plot.over.append(this.mark, this.marker);
    this.plot.over.addEventListener('click', (event) => {
      const plot = this.plot;
      if (plot === null) return;
      const x = plot.posToVal(event.clientX - plot.over.getBoundingClientRect().left, 'x');
      this.events.pick(this.spec?.logX === true ? 10 ** x : x);
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
        x: { time: false, range: () => placed(ends().x, spec.logX === true) },
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
          splits: () => {
            const ticks = xTicks(spec, ...ends().x, Math.max(2, (this.element.clientWidth - 90) / 90));
            return spec.logX === true ? ticks.map(Math.log10) : ticks;
          },
          values: (_plot, splits) => splits.map((x) => xTickText(spec, spec.logX === true ? 10 ** x : x)),
          filter: (_plot, splits) => splits,
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
          ...(series.stepped === true ? { paths: uPlot.paths.stepped!({ align: 1 }) } : {}),
          points: { show: series.points === true || series.x.length === 1, size: 5 },
          ...(series.dash === undefined ? {} : { dash: [...series.dash] }),
        })),
      ],
      hooks: {
        // Sizes are known when uPlot draws, not when it is made.
        drawAxes: [(plot) => drawBands(plot, this.spec ?? spec, theme)],
        draw: [
          (plot) => drawSpecials(plot, this.spec ?? spec, theme),
          (plot) => drawNotes(plot, this.spec ?? spec, theme, font),
          () => this.placeMarkers(),
        ],
        setCursor: [(plot) => this.events.hover(this.hovered(plot))],
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
      const place = xShare(spec, value, [left, right]) * plot.over.clientWidth;
      element.style.transform = `translateX(${place.toFixed(1)}px)`;
    }
  }

  private columnsOf(spec: LineSpec): uPlot.AlignedData {
    const { x, y } = alignLines(spec);
    this.xs = x;
    return [spec.logX === true ? x.map(Math.log10) : x, ...y];
  }

  private hovered(plot: uPlot): number | null {
    const index = plot.cursor.idx;
    return index === null || index === undefined ? null : (this.xs[index] ?? null);
  }
}

function placed([low, high]: readonly [number, number], log: boolean): [number, number] {
  return log ? [Math.log10(low), Math.log10(high)] : [low, high];
}

function markerElement(className: string): HTMLElement {
  const element = document.createElement('div');
  element.className = className;
  element.hidden = true;
  return element;
}
