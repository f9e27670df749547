import type { LiveChange, MetricInfo, MetricWords } from '../api/types.js';
import type { ColourScale } from '../figures/colourScale.js';
import { cellNamed, isSignedGate } from '../words/cells.js';

/** A metric that heatmaps and profiles can show: the name of its columns without the gate. */
export type Quantity = string;

/** What the server says of each metric, by name. A metric that it does not know is shown by its name. */
export type MetricDictionary = ReadonlyMap<string, MetricWords>;

/** What pages open with: the gradient that every recurrent network has. */
export const totalGradient: Quantity = 'total-gradient-norm';
export const lastAnswer: Quantity = 'last-answer-gradient-norm';

/** The one number of a layer that has a panel of its own. */
export const layerNorm: Quantity = 'layer-gradient-norm';

/** The words of one metric; a metric of another program is called by its name. */
export function wordsOf(dictionary: MetricDictionary, quantity: Quantity): MetricWords {
  return (
    dictionary.get(quantity) ?? {
      name: quantity,
      kind: 'row',
      label: quantity,
      title: quantity,
      meaning: '',
      caption: 'recorded by another program',
      range: '',
      unit: '',
      howToRead: '',
      scale: 'linear',
      candidateScale: null,
    }
  );
}

/** The title of a metric, of one gate where it has a column per gate. */
export function titleOf(words: MetricWords, gate: string): string {
  return words.title.replace('{gate}', gate);
}

/** The metric that a column belongs to: the name before the gate. */
export function quantityOf(column: string): Quantity {
  return column.split(':', 1)[0] ?? column;
}

/** The gates that a metric has columns of, in the order in which they were recorded. */
export function gatesOf(metrics: readonly MetricInfo[], quantity: Quantity = 'gate-mean'): string[] {
  const start = `${quantity}:`;
  return metrics
    .filter((metric) => metric.kind === 'row' && metric.name.startsWith(start))
    .map((metric) => metric.name.slice(start.length));
}

/** The column that a metric is recorded in: of a gate where it has one per gate. */
export function columnOf(metrics: readonly MetricInfo[], quantity: Quantity, gate: string): string {
  return gatesOf(metrics, quantity).length > 0 ? `${quantity}:${gate}` : quantity;
}

/** The scale of a metric; a candidate is a gate whose values may be negative. */
export function scaleKindOf(words: MetricWords, gate: string | null): ColourScale['kind'] {
  return (gate !== null && isSignedGate(gate) ? words.candidateScale : null) ?? words.scale;
}

/** The ends of a linear axis, where the range of a metric says them. */
export function axisEnds(words: MetricWords, gate: string | null): { yEnds?: readonly [number, number] } {
  return scaleKindOf(words, gate) === 'linear' && words.range.startsWith('[0, 1]') ? { yEnds: [0, 1] } : {};
}

/** What an axis of a metric is called. */
export function axisLabel(words: MetricWords): string {
  if (words.scale === 'log') return 'norm';
  return words.range.startsWith('[0, 1]') ? 'share' : words.unit === '' || words.unit === 'none' ? 'value' : words.unit;
}

/** The metrics that a run has rows over timesteps for: those of the server in its order, then others by name. */
export function quantitiesOf(metrics: readonly MetricInfo[], dictionary: MetricDictionary): Quantity[] {
  const recorded = new Set(metrics.filter((metric) => metric.kind === 'row').map((metric) => quantityOf(metric.name)));
  const known = [...dictionary.keys()].filter((name) => recorded.delete(name));
  return [...known, ...[...recorded].sort()].filter((name) => wordsOf(dictionary, name).kind === 'row');
}

/** The metric that an address means by a name or by a word of one, as "total" in total-gradient-norm. */
export function resolveQuantity(shown: string, available: readonly Quantity[]): Quantity | undefined {
  return available.find((one) => one === shown) ?? available.find((one) => one.split('-').includes(shown));
}

/** The metrics that a run has one number a layer of: those of the server in its order, then others by name. */
export function layerScalarsOf(metrics: readonly MetricInfo[], dictionary: MetricDictionary): Quantity[] {
  const ofLayer = metrics.filter((metric) => metric.kind === 'scalar' && /^[^:]+:\d+$/.test(metric.name));
  const recorded = new Set(ofLayer.map((metric) => quantityOf(metric.name)));
  return [...[...dictionary.keys()].filter((name) => recorded.delete(name)), ...[...recorded].sort()];
}

/** The matrices that a run has spectra of: gates, or the empty name where R is one matrix. */
export function spectraOf(metrics: readonly MetricInfo[]): string[] {
  return metrics
    .filter((metric) => quantityOf(metric.name) === 'recurrent-spectrum')
    .map((metric) => metric.name.slice('recurrent-spectrum:'.length));
}

/** The layers that a run has rows for. */
export function layersOf(metrics: readonly MetricInfo[]): number[] {
  const layers = new Set(metrics.filter((metric) => metric.kind === 'row').flatMap((metric) => metric.layers));
  return [...layers].sort((a, b) => a - b);
}

/** The greatest derivative γ of an Elman cell's activation; null where R alone bounds nothing. */
export function slopeBound(cell: string): number | null {
  return cellNamed(cell)?.largestSlope ?? null;
}

/** The cell of one layer, from a run's list such as "lstm,gru". */
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
