import type { MetricInfo, RunDetail, RunEvent, RunSummary, TextSample } from '../src/api/types.js';
import { contextText, reachText } from '../src/words/reach.js';

/** A run made of formulas: what the page is developed against when no server runs. */
export interface MockRun {
  readonly id: string;
  name: string;
  pinned: boolean;
  paused: boolean;
  tags: readonly string[];
  note: string;
  readonly cell: string;
  readonly task: string;
  readonly steps: number;
  readonly timesteps: number;
  readonly layers: number;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** Steps per second of a run that trains now; 0 for one that is over. */
  readonly pace: number;
  /** From which step on its numbers are not finite. */
  readonly breaksAt: number;
  readonly status: string;
}

const rowInterval = 10;
const spectrumInterval = 100;

/** The gates of a cell. */
export function gatesOfCell(cell: string): readonly string[] {
  return cell === 'lstm'
    ? ['input', 'forget', 'candidate', 'output']
    : cell === 'gru'
      ? ['reset', 'update', 'candidate']
      : [];
}

/** A number from 0 to 1 that depends on its arguments alone. */
export function noise(a: number, b: number): number {
  const value = Math.sin(a * 12.9898 + b * 78.233) * 43758.5453;
  return value - Math.floor(value);
}

/** The newest step of a run. */
export function stepOf(run: MockRun, now: number): number {
  return run.pace === 0 ? run.steps : Math.min(run.steps, Math.floor(((now - run.created) / 1000) * run.pace));
}

/** Whether a run trains now. */
export function isRunning(run: MockRun, now: number): boolean {
  return run.pace > 0 && stepOf(run, now) < run.steps;
}

/** The factor per timestep of a run's gradient. */
function decayOf(run: MockRun, step: number): number {
  const [early, late] = run.cell === 'lstm' ? [0.93, 0.995] : run.cell === 'gru' ? [0.9, 0.97] : [0.7, 0.86];
  return early + (late - early) * (1 - Math.exp(-step / (run.steps / 3)));
}

/** The largest lag above 1 % where the gradient falls by the run's factor. */
function mockReach(run: MockRun, step: number): number {
  return Math.min(run.timesteps - 1, Math.floor(Math.log(0.01) / Math.log(decayOf(run, step))));
}

/** One row of a metric. */
export function mockRow(run: MockRun, metric: string, layer: number, step: number): number[] {
  if (metric.startsWith('recurrent-spectrum')) return spectrum(run, step, metric.length);
  return Array.from({ length: run.timesteps }, (_, t) => {
    const wave = 0.5 + 0.5 * noise(step, t + layer * 7);
    if (step >= run.breaksAt && t < run.timesteps / 3) return NaN;
    if (metric.startsWith('gate-') || metric === 'unit-saturation') {
      const level =
        metric.includes('forget') || metric.includes('update') ? 0.8 : metric.includes('candidate') ? 0.1 : 0.45;
      const value = level + 0.12 * Math.sin(t / 4 + step / 150) + 0.04 * wave;
      if (metric.startsWith('gate-mean-derivative')) return value * (1 - value);
      return metric.startsWith('gate-share') ? Math.max(0, value - 0.5) : value;
    }
    const rate = metric === 'cell-gradient-norm' ? Math.sqrt(decayOf(run, step)) : decayOf(run, step);
    const norm = 0.02 * rate ** (run.timesteps - 1 - t) * (0.75 + 0.5 * wave);
    return norm < 1e-9 ? 0 : Math.fround(norm);
  });
}

function spectrum(run: MockRun, step: number, salt: number): number[] {
  const values: number[] = [];
  const growth = 0.72 + 0.4 * (1 - Math.exp(-step / run.steps));
  for (let i = 0; i < 32; i++) {
    const radius = growth * Math.sqrt(noise(i, salt)) * (1 + 0.03 * Math.sin(step / 90 + i));
    const angle = Math.PI * noise(i + 100, salt) + 0.05 * Math.sin(step / 120 + i);
    values.push(
      radius * Math.cos(angle),
      radius * Math.sin(angle),
      radius * Math.cos(angle),
      -radius * Math.sin(angle),
    );
  }
  return values;
}

/** One scalar at a step. */
export function mockScalar(run: MockRun, metric: string, step: number): number {
  const loss =
    0.9 + 2.3 * Math.exp(-step / (run.steps / 4)) * (run.cell === 'lstm' ? 0.92 : 1) + 0.12 * (noise(step, 3) - 0.5);
  const decay = decayOf(run, step);
  if (step >= run.breaksAt && /loss|norm/.test(metric)) return NaN;
  switch (metric.split(':')[0]) {
    case 'training-loss':
      return loss;
    case 'validation-loss':
      return loss + 0.06;
    case 'gradient-norm':
      return 0.4 + 1.4 * Math.exp(-step / 300) + 0.5 * noise(step, 9);
    case 'clipped-gradient-norm':
      return Math.min(1, 0.4 + 1.4 * Math.exp(-step / 300) + 0.5 * noise(step, 9));
    case 'clipped-step-share':
      return 0.4 * Math.exp(-step / 400);
    case 'gradient-decay':
      return decay;
    case 'gradient-decay-confidence':
      return 0.97;
    case 'gradient-horizon':
      return mockReach(run, step);
    case 'effective-context':
      return Math.floor(0.8 * mockReach(run, step));
    case 'gradient-reach':
      return mockReach(run, step);
    case 'gradient-reach-lower':
      return Math.floor(0.8 * mockReach(run, step));
    case 'gradient-reach-upper':
      return Math.min(run.timesteps - 1, Math.ceil(1.2 * mockReach(run, step)));
    case 'effective-context-limit':
    case 'gradient-reach-limit':
      return run.timesteps - 1;
    case 'gradient-growth':
      return 1;
    case 'characters-per-second':
      return 48_000 + 3000 * noise(step, 4);
    case 'telemetry-cost':
      return 0.021;
    case 'spectral-norm':
      return 0.95 + 0.3 * (step / run.steps);
    case 'spectral-radius':
      return 0.72 + 0.3 * (step / run.steps);
    default:
      return 0;
  }
}

/** How many steps lie between two points of a metric. */
export function intervalOf(metric: string): number {
  if (metric.startsWith('spectral') || metric.startsWith('recurrent-spectrum')) return spectrumInterval;
  if (metric.startsWith('validation')) return 250;
  if (/^(effective-context|gradient-reach|gradient-growth)/.test(metric)) return 100;
  return /^(training-loss|gradient-norm|clipped)/.test(metric) ? 1 : rowInterval;
}

/** The metrics of a run. */
export function mockMetrics(run: MockRun, now: number): MetricInfo[] {
  const layers = Array.from({ length: run.layers }, (_, layer) => layer);
  const gates = gatesOfCell(run.cell);
  const parts = gates.length === 0 ? [''] : gates.map((gate) => `:${gate}`);
  const last = stepOf(run, now);
  const rows = [
    'total-gradient-norm',
    ...(run.cell === 'lstm' ? ['cell-gradient-norm'] : []),
    'recurrent-weight-gradient-norm',
    'unit-saturation',
    ...gates.flatMap((gate) =>
      ['gate-mean', 'gate-share-below', 'gate-share-above', 'gate-mean-derivative'].map((name) => `${name}:${gate}`),
    ),
    ...parts.map((part) => `recurrent-spectrum${part}`),
  ];
  const scalars = [
    'training-loss',
    'validation-loss',
    'gradient-norm',
    'clipped-gradient-norm',
    'clipped-step-share',
    'effective-context',
    'effective-context-limit',
    'gradient-reach',
    'gradient-reach-lower',
    'gradient-reach-upper',
    'gradient-reach-limit',
    'gradient-growth',
    'characters-per-second',
    'telemetry-cost',
    'dropped-rows',
    ...layers.flatMap((layer) => [
      `gradient-horizon:${layer}`,
      `gradient-decay:${layer}`,
      `gradient-decay-confidence:${layer}`,
      ...parts.flatMap((part) => [`spectral-norm:${layer}${part}`, `spectral-radius:${layer}${part}`]),
    ]),
  ];
  return [
    ...rows.map((name): MetricInfo => ({ kind: 'row', name, layers, firstStep: 0, lastStep: last })),
    ...scalars.map((name): MetricInfo => ({ kind: 'scalar', name, layers: [], firstStep: 0, lastStep: last })),
  ];
}

/** A run as the list shows it. */
export function mockSummary(run: MockRun, now: number): RunSummary {
  const step = stepOf(run, now);
  const events = mockEvents(run, now);
  const count = (level: string): number => events.filter((event) => event.level === level).length;
  const json = (value: number): number | 'NaN' => (Number.isNaN(value) ? 'NaN' : value);
  const newest = (metric: string): number =>
    mockScalar(run, metric, Math.floor(step / intervalOf(metric)) * intervalOf(metric));
  const reach = {
    context: newest('effective-context'),
    contextLimit: newest('effective-context-limit'),
    reach: newest('gradient-reach'),
    reachLimit: newest('gradient-reach-limit'),
    growth: null,
  };
  return {
    id: run.id,
    name: run.name,
    pinned: run.pinned,
    paused: run.paused,
    kind: 'training',
    belongsTo: null,
    tags: run.tags,
    note: run.note,
    task: run.task,
    cell: run.cell,
    status: run.pace > 0 ? (isRunning(run, now) ? 'running' : 'completed') : run.status,
    step,
    steps: run.steps,
    created: new Date(run.created).toISOString(),
    updated: new Date(now).toISOString(),
    trainingLoss: json(mockScalar(run, 'training-loss', step)),
    validationLoss: json(mockScalar(run, 'validation-loss', step)),
    effectiveContext: newest('effective-context'),
    effectiveContextText: contextText(reach),
    gradientReach: newest('gradient-reach'),
    gradientReachText: reachText(reach),
    verdicts: { information: count('information'), warning: count('warning'), error: count('error') },
  };
}

/** A run in full. */
export function mockDetail(run: MockRun, now: number): RunDetail {
  return {
    ...mockSummary(run, now),
    seed: 1,
    version: '0.1.0',
    machine: 'mock',
    commandLine: `backflow train --cell ${run.cell}`,
    configuration: { cells: [run.cell], sequenceLength: run.timesteps },
    metrics: mockMetrics(run, now),
    hasCheckpoint: true,
    lossUnit: 'nats',
  };
}

/** The events of a run up to now. */
export function mockEvents(run: MockRun, now: number): RunEvent[] {
  const created = new Date(run.created).toISOString();
  const events: RunEvent[] = [];
  if (gatesOfCell(run.cell).length === 0) {
    events.push({
      key: 'v1',
      step: 120,
      created,
      level: 'warning',
      title: 'The gradient vanishes over time',
      text: 'At timestep 3 the gradient is 1.2e-9 of the last one.',
      payload: {
        verdict: 'vanishing-over-time',
        severity: 'warning',
        step: 120,
        layer: 0,
        gate: null,
        timestep: 3,
        metric: 'total-gradient-norm',
        value: 1.2e-9,
        threshold: 1e-7,
        evidence: { 'norm-at-last-timestep': 0.021, horizon: 17 },
        meaning: 'What happened more than 17 timesteps ago cannot be learned: its share of the gradient is below 1 %.',
        remedies: [
          { text: 'Use an LSTM with an open forget gate.', command: 'backflow train --cell lstm --forget-bias 3' },
        ],
      },
    });
  } else {
    events.push({
      key: 'v2',
      step: 300,
      created,
      level: 'warning',
      title: 'A gate is saturated',
      text: 'The forget gate hardly moves any more.',
      payload: {
        verdict: 'saturated-gate',
        severity: 'warning',
        step: 300,
        layer: 0,
        gate: run.cell === 'lstm' ? 'forget' : 'update',
        timestep: 11,
        metric: `gate-mean:${run.cell === 'lstm' ? 'forget' : 'update'}`,
        value: 0.96,
        threshold: 0.95,
        evidence: { share: 0.41 },
        meaning: 'Its derivative is almost 0, so the bias can hardly be learned.',
        remedies: [],
      },
    });
  }
  if (Number.isFinite(run.breaksAt)) {
    events.push({
      key: 'v3',
      step: run.breaksAt,
      created,
      level: 'error',
      title: 'A value is not a number',
      text: 'NaN in the total gradient of layer 0.',
      payload: {
        verdict: 'non-finite',
        severity: 'error',
        step: run.breaksAt,
        layer: 0,
        gate: null,
        timestep: 2,
        metric: 'total-gradient-norm',
        value: 'NaN',
        threshold: 0,
        evidence: {},
        meaning: 'Nothing after this step can be learned.',
        remedies: [{ text: 'Halve the learning rate.', command: 'backflow train --learning-rate 0.0015' }],
      },
    });
  }
  const step = stepOf(run, now);
  return events.filter((event) => event.step <= step);
}

/** The samples of a run up to now. */
export function mockSamples(run: MockRun, now: number): TextSample[] {
  const texts = [
    'the keye to tha cabinnt iss',
    'the keys to the cabinet is here .',
    'the keys to the cabinet are here . the <b>bold</b> child near the trees laughs .',
  ];
  const step = stepOf(run, now);
  return texts
    .map((text, i) => ({ key: `s${i}`, step: (i + 1) * 250, created: new Date(run.created).toISOString(), text }))
    .filter((one) => one.step <= step);
}
