import type { LiveChange, MetricInfo } from '../api/types.js';
import type { ColourScale } from '../figures/colourScale.js';
import type { heatmapQuantities } from './pageParameters.js';

/** A quantity that a heatmap can show. */
export type Quantity = (typeof heatmapQuantities)[number];

/** What a quantity is called, which norm and reduction it has, and how it is coloured. */
export interface QuantityText {
  readonly label: string;
  readonly title: string;
  readonly caption: string;
  readonly scale: ColourScale['kind'];
}

const norm = 'over units and batch, loss averaged over its targets, before clipping';

/** The words for every quantity. Definitions are those of docs/telemetry.md. */
export const quantityTexts: Readonly<Record<Quantity, QuantityText>> = {
  total: { label: 'Total gradient', title: 'Total gradient ‖∂L/∂hₜ‖₂', caption: `ℓ₂ norm ${norm}`, scale: 'log' },
  answer: {
    label: 'Last answer’s gradient', title: 'Last answer’s gradient ‖∂L_τ/∂hₜ‖₂ (LSTM: cₜ)',
    caption: 'of the last loss alone; ℓ₂ norm over units and some sequences, loss averaged over them, before clipping', scale: 'log',
  },
  cell: { label: 'Cell-state gradient', title: 'Cell-state gradient ‖∂L/∂cₜ‖₂', caption: `ℓ₂ norm ${norm}`, scale: 'log' },
  local: {
    label: 'Local gradient', title: 'Local gradient ‖∂Lₜ/∂hₜ‖₂',
    caption: `what timestep t's own loss or the layer above asks; ℓ₂ norm ${norm}`, scale: 'log',
  },
  recurrent: {
    label: 'Recurrent weights by timestep', title: 'Contribution of t to ∂L/∂R, ‖dAₜᵀ·hₜ₋₁‖_F',
    caption: 'Frobenius norm over all gates, summed over the batch, loss averaged, before clipping', scale: 'log',
  },
  input: {
    label: 'Input weights by timestep', title: 'Contribution of t to ∂L/∂W, ‖dAₜᵀ·xₜ‖_F',
    caption: 'Frobenius norm over all gates, summed over the batch, loss averaged, before clipping', scale: 'log',
  },
  gate: { label: 'Gate mean', title: 'Mean of the gate', caption: 'mean over units and batch', scale: 'linear' },
  saturation: {
    label: 'Saturated units', title: 'Share of saturated units',
    caption: '|h| above 0.9 (sigmoid: h below 0.1 or above 0.9; ReLU: h = 0), share over units and batch', scale: 'linear',
  },
  carousel: {
    label: 'Carousel gain', title: 'Carousel gain Π f_k from t to T',
    caption: 'root mean square over units and batch, gates held fixed', scale: 'log',
  },
};

/** The title of a quantity for one cell, where the state whose gradient is measured depends on it. */
export function titleOf(quantity: Quantity, cell: string): string {
  if (quantity !== 'answer') return quantityTexts[quantity].title;
  return `Last answer’s gradient ‖∂L_τ/∂${cell === 'lstm' ? 'c' : 'h'}ₜ‖₂`;
}

/** The column that a quantity is recorded in. */
export function metricOf(quantity: Quantity, gate: string): string {
  switch (quantity) {
    case 'total': return 'total-gradient-norm';
    case 'answer': return 'last-answer-gradient-norm';
    case 'cell': return 'cell-gradient-norm';
    case 'local': return 'local-gradient-norm';
    case 'recurrent': return 'recurrent-weight-gradient-norm';
    case 'input': return 'input-weight-gradient-norm';
    case 'gate': return `gate-mean:${gate}`;
    case 'saturation': return 'unit-saturation';
    case 'carousel': return 'carousel-gain';
  }
}

/** The scale of a quantity; the candidate is the one gate whose mean may be negative. */
export function scaleKindOf(quantity: Quantity, gate: string): ColourScale['kind'] {
  return quantity === 'gate' && gate === 'candidate' ? 'diverging' : quantityTexts[quantity].scale;
}

/** The quantities that a run has rows for. */
export function quantitiesOf(metrics: readonly MetricInfo[]): Quantity[] {
  const names = new Set(metrics.map((metric) => metric.name));
  return (Object.keys(quantityTexts) as Quantity[]).filter((quantity) =>
    quantity === 'gate' ? gatesOf(metrics).length > 0 : names.has(metricOf(quantity, '')));
}

/** The horizon of the last answer where a layer has one, else that of the total gradient. */
export function horizonMetric(known: { has(metric: string): boolean }, layer: number): string {
  const ofAnswer = `last-answer-horizon:${layer}`;
  return known.has(ofAnswer) ? ofAnswer : `gradient-horizon:${layer}`;
}

/** The gates that a run has statistics for, in the order in which they were recorded. */
export function gatesOf(metrics: readonly MetricInfo[]): string[] {
  return metrics.filter((metric) => metric.name.startsWith('gate-mean:')).map((metric) => metric.name.slice(10));
}

/** The matrices that a run has spectra of: gates, or the empty name where R is one matrix. */
export function spectraOf(metrics: readonly MetricInfo[]): string[] {
  return metrics
    .filter((metric) => metric.name === 'recurrent-spectrum' || metric.name.startsWith('recurrent-spectrum:'))
    .map((metric) => metric.name.slice('recurrent-spectrum:'.length));
}

/** The layers that a run has rows for. */
export function layersOf(metrics: readonly MetricInfo[]): number[] {
  const layers = new Set(metrics.filter((metric) => metric.kind === 'row').flatMap((metric) => metric.layers));
  return [...layers].sort((a, b) => a - b);
}

/** The greatest derivative γ of an Elman cell's activation; null where R alone bounds nothing. */
export function slopeBound(cell: string): number | null {
  switch (cell) {
    case 'rnn': case 'rnn-tanh': case 'rnn-relu': return 1;
    case 'rnn-sigmoid': return 0.25;
    default: return null;
  }
}

/** The cell of one layer, from a run's list such as "rnn" or "lstm,gru". */
export function cellOfLayer(cell: string, layer: number): string {
  const cells = cell.split(/[,+]/).map((part) => part.trim());
  return cells[layer] ?? cells[0] ?? cell;
}

/** Adds the metrics that a live run begins to record. */
export function mergeMetrics(known: readonly MetricInfo[], change: LiveChange): readonly MetricInfo[] {
  let merged = known;
  const add = (kind: MetricInfo['kind'], name: string, layer: number | null, step: number): void => {
    const index = merged.findIndex((metric) => metric.name === name && metric.kind === kind);
    const found = merged[index];
    if (found === undefined) {
      merged = [...merged, { kind, name, layers: layer === null ? [] : [layer], firstStep: step, lastStep: step }];
    } else if (layer !== null && !found.layers.includes(layer)) {
      merged = merged.with(index, { ...found, layers: [...found.layers, layer] });
    }
  };
  for (const { metric, steps } of change.scalars ?? []) add('scalar', metric, null, steps[0] ?? 0);
  for (const { metric, layer, steps } of change.rows ?? []) add('row', metric, layer, steps[0] ?? 0);
  return merged;
}
