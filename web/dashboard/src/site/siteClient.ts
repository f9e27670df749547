import { ApiClient, ApiError } from '../api/client.js';
import type { ScalarsAnswer } from '../api/types.js';
import type { EngineModule } from '../engine/engineModule.js';
import type { QuestionValues } from '../engine/engineMessages.js';
import type { Site } from './site.js';

/** Answers without a server: questions by the module in the page, runs from files that were recorded. */
export class SiteClient extends ApiClient {
  constructor(
    private readonly site: Site,
    private readonly engine: EngineModule,
  ) {
    super();
  }

  override ask<T>(question: string, values: QuestionValues, signal: AbortSignal): Promise<T> {
    return this.engine.ask(question, values, signal);
  }

  protected override async request(path: string, options: RequestInit = {}): Promise<Response> {
    const file = options.method === undefined ? recordedFile(path) : null;
    const response = file === null ? null : await fetch(`${this.site.base}/${file}`).catch(() => null);
    if (response === null || !response.ok) {
      throw new ApiError(404, 'This site has no record of that.', 'Install Backflow and train networks of your own.');
    }
    return path.includes('/scalars?') ? onlyAsked(response, new URL(path, location.origin).searchParams) : response;
  }
}

/** The file that was recorded for an address of the server; null where none ever is. */
export function recordedFile(path: string): string | null {
  const url = new URL(path, 'http://site');
  const place = /^\/api\/(.+)$/.exec(url.pathname)?.[1];
  if (place === undefined) return null;
  if (!place.endsWith('/rows')) return `recorded/${place}.json`;
  return `recorded/${place}/${url.searchParams.get('metric')}.${url.searchParams.get('layer')}.bin`;
}

/** Of all recorded scalars those that were asked for, in that order. */
async function onlyAsked(response: Response, asked: URLSearchParams): Promise<Response> {
  const { series } = (await response.json()) as ScalarsAnswer;
  const found = asked.getAll('metric').flatMap((name) => series.filter((one) => one.metric === name));
  return Response.json({ series: found });
}
