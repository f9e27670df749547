import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiClient } from '../src/api/client.js';
import { EventStream, type Source, type StreamState, type Visibility } from '../src/api/eventStream.js';
import { rowAt } from '../src/numbers/rowBlock.js';
import { blockKey, mergeKeyed, mergeRows, mergeScalars } from '../src/state/liveMerge.js';
import { RunData } from '../src/state/runData.svelte.js';
import { mergeMetrics } from '../src/state/metrics.js';

const base64 = (values: readonly number[]): string =>
  btoa(String.fromCharCode(...new Uint8Array(Float32Array.from(values).buffer)));
const blockOf = (): import('../src/numbers/rowBlock.js').RowBlock => {
  const max = Float32Array.of(1, 2);
  return {
    timesteps: 2,
    first: Float64Array.of(0),
    last: Float64Array.of(0),
    lengths: Int32Array.of(2),
    max,
    min: max,
  };
};

describe('merging what a live run sends', () => {
  it('appends scalars, also of metrics that are new', () => {
    const known = mergeScalars(new Map(), [{ metric: 'a', steps: [1, 2], values: [0.5, 'NaN'] }]);
    const merged = mergeScalars(known, [
      { metric: 'a', steps: [2, 3], values: [9, 0.25] },
      { metric: 'b', steps: [3], values: ['Infinity'] },
    ]);
    expect([...(merged.get('a')?.values ?? [])]).toEqual([0.5, NaN, 0.25]);
    expect([...(merged.get('b')?.values ?? [])]).toEqual([Infinity]);
  });

  it('appends rows to open blocks alone, rows of different lengths after one another', () => {
    const known = new Map([[blockKey('m', 0), blockOf()]]);
    const merged = mergeRows(known, [
      { metric: 'm', layer: 0, steps: [10, 20], lengths: [2, 1], data: base64([3, 4, 5]) },
      { metric: 'm', layer: 1, steps: [10], lengths: [1], data: base64([9]) },
    ]);
    const block = merged.get(blockKey('m', 0)) ?? blockOf();
    expect([...rowAt(block, 1)]).toEqual([3, 4]);
    expect([...rowAt(block, 2)]).toEqual([5]);
    expect(merged.size).toBe(1);
  });

  it('adds events once', () => {
    const event = { key: 'k', step: 5 };
    expect(mergeKeyed([event], [event, { key: 'j', step: 2 }]).map((one) => one.key)).toEqual(['j', 'k']);
  });

  it('learns of metrics and layers that begin later', () => {
    const metrics = mergeMetrics([], {
      rows: [
        { metric: 'm', layer: 0, steps: [1], lengths: [0], data: '' },
        { metric: 'm', layer: 1, steps: [1], lengths: [0], data: '' },
      ],
    });
    expect(metrics).toMatchObject([{ kind: 'row', name: 'm', layers: [0, 1] }]);
  });
});

class FakeSource implements Source {
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  closed = false;
  private readonly listeners = new Map<string, (event: MessageEvent<string>) => void>();
  addEventListener(name: string, listener: (event: MessageEvent<string>) => void): void {
    this.listeners.set(name, listener);
  }
  close(): void {
    this.closed = true;
  }
  say(name: string, data: object): void {
    this.listeners.get(name)?.(new MessageEvent(name, { data: JSON.stringify(data) }));
  }
}

class FakePage implements Visibility {
  hidden = false;
  private readonly listeners = new Set<() => void>();
  addEventListener(_name: string, listener: () => void): void {
    this.listeners.add(listener);
  }
  removeEventListener(_name: string, listener: () => void): void {
    this.listeners.delete(listener);
  }
  turn(hidden: boolean): void {
    this.hidden = hidden;
    for (const listener of this.listeners) listener();
  }
}

describe('a stream of changes', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('comes back after the server was away, and says so', () => {
    const sources: FakeSource[] = [];
    const states: StreamState[] = [];
    let opened = 0;
    const stream = new EventStream(
      '/x',
      'change',
      { opened: () => opened++, received: () => undefined, changed: (state) => states.push(state) },
      () => {
        sources.push(new FakeSource());
        return sources.at(-1) as FakeSource;
      },
      new FakePage(),
    );
    sources[0]?.onopen?.();
    sources[0]?.onerror?.();
    expect(sources[0]?.closed).toBe(true);
    vi.advanceTimersByTime(500);
    sources[1]?.onerror?.();
    vi.advanceTimersByTime(999);
    expect(sources).toHaveLength(2);
    vi.advanceTimersByTime(1);
    sources[2]?.onopen?.();
    expect(states).toEqual(['connecting', 'live', 'reconnecting', 'reconnecting', 'live']);
    expect(opened).toBe(2);
    sources[2]?.say('end', {});
    expect(states.at(-1)).toBe('finished');
    sources[2]?.onerror?.();
    vi.advanceTimersByTime(60_000);
    expect(sources).toHaveLength(3);
    stream.close();
  });

  it('leaves a hidden page without a connection until it is seen again', () => {
    const sources: FakeSource[] = [];
    const page = new FakePage();
    page.hidden = true;
    const stream = new EventStream(
      '/x',
      'change',
      { opened: () => undefined, received: () => undefined, changed: () => undefined },
      () => {
        sources.push(new FakeSource());
        return sources.at(-1) as FakeSource;
      },
      page,
    );
    expect(sources).toHaveLength(0);
    page.turn(false);
    expect(sources).toHaveLength(1);
    page.turn(true);
    expect(sources[0]?.closed).toBe(true);
    page.turn(false);
    sources[1]?.onerror?.();
    page.turn(true);
    vi.advanceTimersByTime(60_000);
    expect(sources).toHaveLength(2);
    stream.close();
    page.turn(false);
    expect(sources).toHaveLength(2);
  });
});

describe('a run that trains', () => {
  let sources: FakeSource[];
  let losses: number[];
  beforeEach(() => {
    sources = [];
    losses = [3, 2];
    vi.stubGlobal('document', new FakePage());
    vi.stubGlobal(
      'EventSource',
      class extends FakeSource {
        constructor() {
          super();
          sources.push(this);
        }
      },
    );
    vi.spyOn(ApiClient.prototype, 'store').mockResolvedValue({
      metrics: [],
      cells: [],
      storeOption: '',
    });
    vi.spyOn(ApiClient.prototype, 'run').mockImplementation(() =>
      Promise.resolve({
        id: 'r',
        name: 'r',
        pinned: false,
        paused: false,
        kind: 'training',
        belongsTo: null,
        tags: [],
        note: '',
        task: 't',
        cell: 'rnn',
        status: 'running',
        step: losses.length,
        steps: 9,
        created: '',
        updated: '',
        effectiveContextText: '–',
        gradientReachText: '–',
        verdicts: { information: 0, warning: 0, error: 0 },
        seed: 1,
        version: '',
        machine: '',
        commandLine: '',
        configuration: {},
        hasCheckpoint: false,
        lossUnit: null,
        metrics: [{ kind: 'scalar', name: 'training-loss', layers: [], firstStep: 1, lastStep: 2 }],
      }),
    );
    vi.spyOn(ApiClient.prototype, 'scalars').mockImplementation(() =>
      Promise.resolve([
        {
          metric: 'training-loss',
          steps: Float64Array.from(losses, (_, i) => i + 1),
          values: Float64Array.from(losses),
        },
      ]),
    );
    vi.spyOn(ApiClient.prototype, 'events').mockResolvedValue([]);
    vi.spyOn(ApiClient.prototype, 'samples').mockResolvedValue([]);
    vi.spyOn(ApiClient.prototype, 'rows').mockImplementation(() => Promise.resolve(blockOf()));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });
  const lossesOf = (run: RunData): number[] => [...(run.series.get('training-loss')?.values ?? [])];
  const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

  it('grows by what the stream sends', async () => {
    const run = new RunData(new ApiClient(), 'r');
    run.start();
    run.want('m', 0);
    await settle();
    sources[0]?.onopen?.();
    await settle();
    sources[0]?.say('change', {
      scalars: [{ metric: 'training-loss', steps: [3], values: [1] }],
      rows: [{ metric: 'm', layer: 0, steps: [10], lengths: [1], data: base64([7]) }],
    });
    expect(lossesOf(run)).toEqual([3, 2, 1]);
    expect(run.newest).toBe(3);
    expect(run.blocks.get(blockKey('m', 0))?.first.length).toBe(2);
    expect(run.stream).toBe('live');
    run.stop();
    expect(sources[0]?.closed).toBe(true);
  });

  it('is cleared and fetched again when it started over', async () => {
    const run = new RunData(new ApiClient(), 'r');
    run.start();
    run.want('m', 0);
    await settle();
    sources[0]?.onopen?.();
    await settle();
    losses = [9];
    sources[0]?.say('change', { startedOver: true });
    expect(run.series.size).toBe(0);
    expect(run.blocks.size).toBe(0);
    await settle();
    expect(lossesOf(run)).toEqual([9]);
    expect(run.blocks.get(blockKey('m', 0))?.first.length).toBe(1);
    run.stop();
  });

  it('does not lose what arrives while it is being fetched', async () => {
    const run = new RunData(new ApiClient(), 'r');
    run.start();
    await settle();
    sources[0]?.onopen?.();
    sources[0]?.say('change', { scalars: [{ metric: 'training-loss', steps: [3], values: [1] }] });
    await settle();
    expect(lossesOf(run)).toEqual([3, 2, 1]);
    run.stop();
  });
});
