import type { LineSpec } from '../figures/lineSpec.js';
import { formatNumber } from '../numbers/format.js';
import type { ReachCurves } from '../state/reach.js';

/** The share of the norm at lag 0 that still counts as reached (GradientReach.Share in C#). */
const reachedShare = 0.01;

/** The rise of the loss against the lag, with its standard error, from lag 1 on: a logarithmic axis has no 0. */
export function curveSpec(curves: ReachCurves): LineSpec {
  const kept = Array.from(curves.lags.keys()).filter((i) => (curves.lags[i] ?? 0) >= 1);
  const column = (value: (i: number) => number): Float64Array => Float64Array.from(kept, value);
  const x = column((i) => curves.lags[i] ?? NaN);
  const [rise, error] = [curves.rise, curves.error];
  return {
    xLabel: 'lag',
    yLabel: 'rise of loss',
    log: false,
    logX: true,
    series: [
      { label: 'rise of the loss', x, y: column((i) => rise[i] ?? NaN), colour: '--series-1', points: x.length < 40 },
    ],
    bands: [
      {
        label: 'standard error',
        x,
        low: column((i) => (rise[i] ?? NaN) - (error[i] ?? NaN)),
        high: column((i) => (rise[i] ?? NaN) + (error[i] ?? NaN)),
        colour: '--series-1',
        quiet: true,
      },
    ],
  };
}

/** The gradient's norm against the lag, divided by that at lag 0: a constant factor per timestep is a straight line. */
export function profileSpec(curves: ReachCurves): LineSpec {
  const x = Float64Array.from(curves.profile, (_, lag) => lag);
  return {
    xLabel: 'lag',
    yLabel: 'norm ÷ lag 0',
    log: true,
    series: [
      { label: 'gradient', x, y: relative(curves), colour: '--series-2', width: 2.25 },
      {
        label: 'reached',
        x: [0, Math.max(1, x.length - 1)],
        y: [reachedShare, reachedShare],
        colour: '--muted',
        dash: [4, 3],
        write: () => '1 %',
      },
    ],
  };
}

/** The first picture's result, for readers who cannot see it. */
export function curveWords(curves: ReachCurves): string {
  const last = curves.lags.length - 1;
  return (
    `Rise of the loss by lag, logarithmic from 1: ${formatNumber(curves.rise[0])} at lag ` +
    `${formatNumber(curves.lags[0])}, ${formatNumber(curves.rise[last])} at lag ${formatNumber(curves.lags[last])}.`
  );
}

/** The second picture's result. */
export function profileWords(curves: ReachCurves): string {
  const last = curves.profile.length - 1;
  const share = formatNumber(relative(curves)[last]);
  return `Gradient of the final state by lag: at lag ${formatNumber(last)} it is ${share} of lag 0.`;
}

function relative({ profile }: ReachCurves): Float64Array {
  return Float64Array.from(profile, (norm) => norm / (profile[0] ?? NaN));
}
