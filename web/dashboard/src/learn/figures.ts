import type { LineSeries, LineSpec } from '../figures/lineSpec.js';
import { timestepAxis } from '../panels/linePanel.js';

/** A curve over timesteps: what is left of something, divided by its value at the last timestep. */
export function decayLine(
  label: string,
  values: ArrayLike<number>,
  colour: string,
  look: Pick<LineSeries, 'width' | 'dash'> = {},
): LineSeries {
  return { label, x: timestepAxis(values.length), y: values, colour, ...look };
}

/** A figure of such curves, read from right to left. */
export function decaySpec(series: readonly LineSeries[]): LineSpec {
  return { xLabel: 'timestep t', yLabel: 'norm ÷ the last one', log: true, backward: true, series };
}
