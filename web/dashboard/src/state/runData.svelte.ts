import { type ApiClient, ApiError, asApiError } from '../api/client.js';
import { EventStream, type StreamState } from '../api/eventStream.js';
import type { LiveChange, RunDetail, RunEvent, TextSample } from '../api/types.js';
import { emptyBlock } from '../numbers/rowBlock.js';
import type { StepSeries } from '../numbers/stepSeries.js';
import { blockKey, mergeKeyed, mergeRows, mergeScalars, type BlockMap, type SeriesMap } from './liveMerge.js';
import { mergeMetrics, type MetricDictionary } from './metrics.js';

/** How often a run is asked for that no stream follows, in milliseconds. */
const pollInterval = 5000;

/** Everything that a page knows of one run, kept up to date while the run trains. */
export class RunData {
  detail = $state.raw<RunDetail | null>(null);
  /** The words of the server's metrics; there at the latest when `detail` is. */
  dictionary = $state.raw<MetricDictionary>(new Map());
  series = $state.raw<SeriesMap>(new Map());
  blocks = $state.raw<BlockMap>(new Map());
  events = $state.raw<readonly RunEvent[]>([]);
  samples = $state.raw<readonly TextSample[]>([]);
  stream = $state<StreamState>('connecting');
  error = $state.raw<ApiError | null>(null);
  /** The newest step that anything was recorded for. */
  readonly newest: number = $derived(Math.max(this.detail?.step ?? 0, lastStep(this.series.get('training-loss'))));
  /** The first one; spectra, and verdicts on them, begin with the parameters that were drawn, at step 0. */
  readonly first: number = $derived(
    Math.min(...(this.detail?.metrics ?? []).map((metric) => metric.firstStep), this.newest),
  );

  private wanted = new Map<string, { metric: string; layer: number }>();
  private pending: LiveChange[] = [];
  private loads = 0;
  /** Answers on their way: what the stream sends in the meantime waits for them. */
  private awaited = 0;
  private connection: EventStream | null = null;
  private closed = false;
  private again: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly api: ApiClient,
    readonly id: string,
    /** Whether a run that trains is followed by a stream; else it is asked for again and again. */
    private readonly streams = true,
  ) {}

  /** Loads the run and follows it, until `stop`. */
  start(): void {
    void this.load();
  }

  stop(): void {
    this.closed = true;
    this.connection?.close();
    clearTimeout(this.again);
  }

  /** Asks for the rows of a metric; they appear in `blocks` and grow from then on. */
  want(metric: string, layer: number): void {
    const key = blockKey(metric, layer);
    if (this.wanted.has(key)) return;
    this.wanted.set(key, { metric, layer });
    if (this.loads > 0) void this.loadBlock(metric, layer);
  }

  private async load(): Promise<void> {
    const load = ++this.loads;
    this.awaited = 1;
    try {
      for (const { metric, layer } of this.wanted.values()) void this.loadBlock(metric, layer);
      // The first heatmap waits for its words alone, and not for the run.
      const words = this.api
        .store()
        .then(({ metrics }) => (this.dictionary = new Map(metrics.map((one) => [one.name, one]))));
      const [detail] = await Promise.all([this.api.run(this.id), words]);
      const scalars = detail.metrics.filter((metric) => metric.kind === 'scalar').map((metric) => metric.name);
      const [series, events, samples] = await Promise.all([
        this.api.scalars(this.id, scalars),
        this.api.events(this.id),
        this.api.samples(this.id),
      ]);
      if (this.closed || load !== this.loads) return;
      this.detail = detail;
      this.series = new Map(series.map((one) => [one.metric, one]));
      this.events = mergeKeyed([], events);
      this.samples = mergeKeyed([], samples);
      this.error = null;
      this.settle();
      this.follow(detail);
    } catch (error) {
      if (this.closed || load !== this.loads) return;
      // While a stream waits for its server, the page keeps what it shows.
      if (this.detail === null || !(error instanceof ApiError) || error.status !== 0) {
        this.error = asApiError(error);
      }
      this.settle();
    }
  }

  /** An answer is there. After the last one, what the stream has sent since is newer than all of them. */
  private settle(): void {
    if (--this.awaited > 0) return;
    for (const change of this.pending.splice(0)) this.apply(change);
  }

  private follow(detail: RunDetail): void {
    if (this.connection !== null) return;
    if (detail.status !== 'running') {
      this.stream = 'finished';
      return;
    }
    if (!this.streams) {
      clearTimeout(this.again);
      this.again = setTimeout(() => void this.load(), pollInterval);
      return;
    }
    this.connection = new EventStream(this.api.liveAddress(this.id), 'change', {
      opened: () => void this.load(),
      received: (data) => this.receive(JSON.parse(data) as LiveChange),
      changed: (state) => {
        this.stream = state;
        // What was written between the last change and the end, and the run's last status.
        if (state === 'finished') void this.load();
      },
    });
  }

  private receive(change: LiveChange): void {
    if (change.startedOver === true) {
      this.series = new Map();
      this.blocks = new Map();
      this.events = [];
      this.samples = [];
      this.pending = [];
      void this.load();
    } else if (this.awaited > 0) {
      this.pending.push(change);
    } else {
      this.apply(change);
    }
  }

  private apply(change: LiveChange): void {
    if (this.detail !== null) {
      this.detail = { ...this.detail, ...change.run, metrics: mergeMetrics(this.detail.metrics, change) };
    }
    this.series = mergeScalars(this.series, change.scalars ?? []);
    this.blocks = mergeRows(this.blocks, change.rows ?? []);
    this.events = mergeKeyed(this.events, change.events ?? []);
    this.samples = mergeKeyed(this.samples, change.samples ?? []);
  }

  private async loadBlock(metric: string, layer: number): Promise<void> {
    const load = this.loads;
    this.awaited++;
    let block = emptyBlock();
    try {
      block = await this.api.rows(this.id, metric, layer);
    } catch (error) {
      // A metric that has no rows yet is an empty heatmap; anything else is worth a message.
      if (error instanceof ApiError && error.status !== 404 && error.status !== 0) this.error = error;
    }
    if (this.closed || load !== this.loads) return;
    this.blocks = new Map(this.blocks).set(blockKey(metric, layer), block);
    this.settle();
  }
}

function lastStep(series: StepSeries | undefined): number {
  return series?.steps.at(-1) ?? 0;
}
