import { lastAnswer } from './metrics.js';
import {
  cell,
  choice,
  decades,
  idList,
  integer,
  name,
  number,
  optionalInteger,
  optionalName,
  text,
  type Values,
} from './parameters.js';

/**
 * Runs laid over each other: as many as there are colours that tell them apart. Their heatmaps are then three rows of
 * four.
 */
export const mostCompared = 12;

const mostSteps = 1e12;
const mostTimesteps = 100_000;

/** Every setting of every page that an address can hold. A setting that is missing here does not exist. */
export const pageParameters = {
  live: {
    /** The step that all panels show; nothing follows the newest. */
    step: optionalInteger(0, mostSteps),
    /** The metric of the heatmap and the profile, or a word of its name; nothing is what shows most of the run. */
    show: optionalName(),
    layer: integer(0, 0, 63),
    gate: name('forget'),
    /** The marked timestep, from 0. */
    t: optionalInteger(0, mostTimesteps - 1),
    smooth: number(0, 0, 0.99),
    loss: choice('linear', ['linear', 'log']),
    lock: decades(),
    /** The metric of the gates' chart, or a word of its name. */
    statistic: name('gate-mean'),
    /** The number of a layer that is drawn over the steps, such as a horizon; nothing is the first. */
    number: optionalName(),
    speed: choice('1', ['0.25', '0.5', '1', '2', '4']),
  },
  compare: {
    runs: idList(mostCompared),
    step: optionalInteger(0, mostSteps),
    layer: integer(0, 0, 63),
    smooth: number(0, 0, 0.99),
    loss: choice('linear', ['linear', 'log']),
    lock: decades(),
    /** The metric that is compared, or a word of its name. */
    show: name(lastAnswer),
    relative: choice('absolute', ['absolute', 'relative']),
    /** The number of a layer that is drawn over the steps, such as a horizon; nothing is the first. */
    number: optionalName(),
    speed: choice('1', ['0.25', '0.5', '1', '2', '4']),
  },
  explorer: {
    cell: cell('rnn'),
    length: integer(8, 2, 200),
    scale: number(0.8, 0.1, 3),
    forgetBias: number(1, -3, 5),
    /** The longest dependency of a chrono initialisation; 0 is none. */
    chrono: integer(0, 0, 10_000),
    hidden: integer(64, 1, 256),
    seed: integer(1, 0, 999_999),
  },
  dependency: {
    attractors: integer(2, 0, 5),
    example: integer(0, 0, 9999),
  },
  itemised: {
    layer: integer(0, 0, 63),
    offset: integer(0, 0, 1e9),
    /** The timestep of the text whose loss is followed, from 0. */
    at: optionalInteger(0, mostTimesteps - 1),
  },
  runs: {
    filter: text(''),
    sort: choice(
      'created',
      ['status', 'name', 'task', 'cell', 'step', 'loss', 'validation', 'context', 'reach', 'verdicts', 'created'],
      new Map([['horizon', 'reach']]),
    ),
    order: choice('down', ['up', 'down']),
    chosen: idList(mostCompared),
    /** What the list is grouped by; by report, trials are shown too. */
    group: choice('none', ['none', 'task', 'cell', 'report']),
    /** Columns that are left out. */
    hide: idList(mostCompared),
  },
} as const;

/** The network that the explorer makes. */
export type ExplorerSettings = Values<typeof pageParameters.explorer>;
