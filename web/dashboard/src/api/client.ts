import type { QuestionValues } from '../engine/engineMessages.js';
import { toColumn } from '../numbers/parse.js';
import { decodeRowBlock, type RowBlock } from '../numbers/rowBlock.js';
import type { StepSeries } from '../numbers/stepSeries.js';
import { command } from '../words/commands.js';
import { ApiError } from './apiError.js';
import type {
  DependencyAnswer,
  DynamicsAnswer,
  ExerciseAnswer,
  ExplorerAnswer,
  ItemisedAnswer,
  RowAnswer,
  RunDetail,
  RunEvent,
  RunRequestKind,
  RunsAnswer,
  ScalarsAnswer,
  StoreAnswer,
  TextSample,
} from './types.js';

export { ApiError } from './apiError.js';

/** An error as the page shows it: what the server said, or what went wrong before it could. */
export function asApiError(caught: unknown): ApiError {
  return caught instanceof ApiError ? caught : new ApiError(0, String(caught), 'Reload the page.');
}

/** Whether an error only says that a newer request replaced this one. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** Columns asked of the server for one heatmap: more than a screen has pixels for would be wasted. */
const heatmapColumns = 1024;

/** Metrics asked for at once; the server answers 64 at most. */
const metricsPerRequest = 60;

/** What the server asks of every change, and what no form of another site can send. */
const changeHeaders = { 'Content-Type': 'application/json', 'X-Backflow': '1' };

/** Every request that the page makes, with its types. */
export class ApiClient {
  private stored: Promise<StoreAnswer> | null = null;

  /** Which metrics and cells the server knows: asked for once. */
  store(): Promise<StoreAnswer> {
    this.stored ??= this.json<StoreAnswer>('/api/store').catch((error: unknown) => {
      this.stored = null;
      throw error;
    });
    return this.stored;
  }

  runs(): Promise<RunsAnswer> {
    return this.json('/api/runs');
  }

  run(id: string): Promise<RunDetail> {
    return this.json(runPath(id));
  }

  async scalars(id: string, metrics: readonly string[], points = 2000): Promise<StepSeries[]> {
    const answers: Promise<ScalarsAnswer>[] = [];
    for (let i = 0; i < metrics.length; i += metricsPerRequest) {
      const query = new URLSearchParams(
        metrics.slice(i, i + metricsPerRequest).map((metric): [string, string] => ['metric', metric]),
      );
      query.set('points', String(points));
      answers.push(this.json(`${runPath(id)}/scalars?${query}`));
    }
    return (await Promise.all(answers)).flatMap((answer) =>
      answer.series.map((series) => ({
        metric: series.metric,
        steps: Float64Array.from(series.steps),
        values: toColumn(series.values),
      })),
    );
  }

  async rows(id: string, metric: string, layer: number, columns = heatmapColumns): Promise<RowBlock> {
    const query = new URLSearchParams({ metric, layer: String(layer), columns: String(columns) });
    const response = await this.request(`${runPath(id)}/rows?${query}`);
    return decodeRowBlock(await response.arrayBuffer());
  }

  row(id: string, metric: string, layer: number, step: number, signal?: AbortSignal): Promise<RowAnswer> {
    const query = new URLSearchParams({ metric, layer: String(layer), step: String(step) });
    return this.json(`${runPath(id)}/row?${query}`, signal === undefined ? {} : { signal });
  }

  async events(id: string): Promise<readonly RunEvent[]> {
    return (await this.json<{ events: readonly RunEvent[] }>(`${runPath(id)}/events`)).events;
  }

  async samples(id: string): Promise<readonly TextSample[]> {
    return (await this.json<{ samples: readonly TextSample[] }>(`${runPath(id)}/samples`)).samples;
  }

  /** Asks the engine what needs no store: src/Backflow.Lessons lists the questions. */
  ask<T>(question: string, values: QuestionValues, signal: AbortSignal): Promise<T> {
    const query = new URLSearchParams(
      Object.entries(values).map(([name, value]): [string, string] => [name, String(value)]),
    );
    return this.compute(`/api/${question}?${query}`, signal);
  }

  explorer(query: URLSearchParams, signal: AbortSignal): Promise<ExplorerAnswer> {
    return this.ask('explorer', Object.fromEntries(query), signal);
  }

  /** An exercise of the learning room; each draw has numbers of its own, and the first the usual ones. */
  exercise(name: string, draw: number, signal: AbortSignal): Promise<ExerciseAnswer> {
    return this.ask('exercise', { name, draw }, signal);
  }

  dependency(attractors: number, example: number, signal: AbortSignal): Promise<DependencyAnswer> {
    return this.compute(`/api/dependency?attractors=${attractors}&example=${example}`, signal);
  }

  itemised(id: string, layer: number, offset: number, signal: AbortSignal): Promise<ItemisedAnswer> {
    return this.compute(`${runPath(id)}/itemised?layer=${layer}&offset=${offset}`, signal);
  }

  /** Measures the checkpoint nearest to a step; without a timestep the last one's Jacobian. */
  dynamics(
    id: string,
    asked: { readonly step: number; readonly layer: number; readonly timestep: number | null },
    signal: AbortSignal,
  ): Promise<DynamicsAnswer> {
    const query = new URLSearchParams({ step: String(asked.step), layer: String(asked.layer) });
    if (asked.timestep !== null) query.set('timestep', String(asked.timestep));
    return this.compute(`${runPath(id)}/dynamics?${query}`, signal);
  }

  /** Trains a run's network again with forget bias 1 in place of chrono; the id of the new run. */
  async trainFromUsualStart(id: string): Promise<string> {
    const response = await this.change(`${runPath(id)}/usual-start`, 'POST', {});
    return ((await response.json()) as { id: string }).id;
  }

  async rename(id: string, name: string): Promise<void> {
    await this.change(`${runPath(id)}/name`, 'POST', { name });
  }

  async pin(id: string, pinned: boolean): Promise<void> {
    await this.change(`${runPath(id)}/pin`, 'POST', { pinned });
  }

  /** Gives a run these tags in place of those that it has. */
  async tag(id: string, tags: readonly string[]): Promise<void> {
    await this.change(`${runPath(id)}/tags`, 'POST', { tags });
  }

  async note(id: string, note: string): Promise<void> {
    await this.change(`${runPath(id)}/note`, 'POST', { note });
  }

  /** Asks something of a run that is trained, by whatever process. */
  async askOfRun(id: string, kind: RunRequestKind, learningRate?: number): Promise<void> {
    await this.change(`${runPath(id)}/requests`, 'POST', {
      kind,
      ...(learningRate === undefined ? {} : { learningRate }),
    });
  }

  async remove(id: string): Promise<void> {
    await this.change(runPath(id), 'DELETE', {});
  }

  /** Where a run's changes stream from. */
  liveAddress(id: string): string {
    return `${runPath(id)}/live`;
  }

  private async change(path: string, method: 'POST' | 'DELETE', body: object): Promise<Response> {
    return this.request(path, { method, body: JSON.stringify(body), headers: changeHeaders });
  }

  /** Asks for what the server must compute, for which a visitor must have shown the token. */
  private compute<T>(path: string, signal: AbortSignal): Promise<T> {
    return this.json(path, { method: 'POST', body: '{}', headers: changeHeaders, signal });
  }

  private async json<T>(path: string, options: RequestInit = {}): Promise<T> {
    const response = await this.request(path, options);
    return (await response.json()) as T;
  }

  protected async request(path: string, options: RequestInit = {}): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(path, options);
    } catch (error) {
      if (isAbort(error)) throw error;
      throw new ApiError(0, 'The Backflow server does not answer.', `Start it again with: ${command('dashboard')}`);
    }
    if (response.ok) return response;
    const { error, remedy } = await readError(response);
    throw new ApiError(response.status, error, remedy);
  }
}

function runPath(id: string): string {
  return `/api/runs/${encodeURIComponent(id)}`;
}

async function readError(response: Response): Promise<{ error: string; remedy: string }> {
  const fallback = { error: `The server answered with status ${response.status}.`, remedy: 'Reload the page.' };
  try {
    const body = (await response.json()) as { error?: unknown; remedy?: unknown };
    return {
      error: typeof body.error === 'string' ? body.error : fallback.error,
      remedy: typeof body.remedy === 'string' ? body.remedy : '',
    };
  } catch {
    return fallback;
  }
}
