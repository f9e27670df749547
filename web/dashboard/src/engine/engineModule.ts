import { ApiError } from '../api/apiError.js';
import type { EngineReply, EngineRequest, QuestionValues } from './engineMessages.js';

interface Waiting {
  readonly request: EngineRequest & { readonly id: number };
  readonly received: (json: unknown, isLast: boolean) => void;
  readonly failed: (error: Error) => void;
}

/**
 * The engine as WebAssembly in a worker: it answers what the server's does, in the page. It answers one question at a
 * time; a question that was given up before its turn is not asked.
 */
export class EngineModule {
  private worker: Worker | null = null;
  private readonly queue: Waiting[] = [];
  private asked: Waiting | null = null;
  private training: Waiting | null = null;
  private last = 0;
  private hasBegun = false;
  private readonly idle: (() => void)[] = [];

  /** The root is the folder that the page's files are in, as an address that ends with a slash. */
  constructor(private readonly root: () => string) {}

  /** Loads the module, which else the first question does. */
  begin(): void {
    this.running();
  }

  /** Waits until the module is loaded and has answered every question, or cannot be loaded. */
  whenIdle(): Promise<void> {
    return new Promise((resolve) => {
      this.idle.push(resolve);
      this.tellIdle();
    });
  }

  ask<T>(question: string, values: QuestionValues, signal: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      const request = { kind: 'ask', id: ++this.last, question, values: textOf(values) } as const;
      const waiting = { request, received: (answer: unknown) => resolve(answer as T), failed: reject };
      signal.addEventListener('abort', () => {
        const place = this.queue.indexOf(waiting);
        if (place >= 0) this.queue.splice(place, 1);
        reject(new DOMException('The question was given up.', 'AbortError'));
      });
      this.queue.push(waiting);
      this.askNext();
    });
  }

  /** Trains, and tells of every few steps; ends when all steps are done, or when the signal says so. */
  train<T>(values: QuestionValues, told: (steps: T) => void, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const request = { kind: 'train', id: ++this.last, values: textOf(values) } as const;
      const end = (): void => {
        if (this.training?.request.id === request.id) this.training = null;
      };
      this.training = {
        request,
        received: (steps, isLast) => {
          told(steps as T);
          if (!isLast) return;
          end();
          resolve();
        },
        failed: (error) => {
          end();
          reject(error);
        },
      };
      signal.addEventListener('abort', () => {
        if (this.training?.request.id !== request.id) return;
        end();
        this.send({ kind: 'stop' });
        resolve();
      });
      this.send(request);
    });
  }

  private askNext(): void {
    if (this.asked !== null) return;
    this.asked = this.queue.shift() ?? null;
    if (this.asked !== null) this.send(this.asked.request);
  }

  private send(request: EngineRequest): void {
    this.running().postMessage(request);
  }

  private running(): Worker {
    if (this.worker === null) {
      this.worker = new Worker(new URL('./engineWorker.ts', import.meta.url), { type: 'module' });
      this.worker.addEventListener('message', (event: MessageEvent<EngineReply>) => this.receive(event.data));
      this.worker.addEventListener('error', () => this.fail('The worker did not start.'));
      this.worker.postMessage({ kind: 'load', address: `${this.root()}engine/dotnet.js` } satisfies EngineRequest);
    }
    return this.worker;
  }

  private tellIdle(): void {
    if (this.hasBegun && this.asked === null && this.queue.length === 0)
      for (const resolve of this.idle.splice(0)) resolve();
  }

  private receive(reply: EngineReply): void {
    if (reply.kind === 'begun') {
      this.hasBegun = true;
      this.tellIdle();
      return;
    }
    const isAnswer = this.asked?.request.id === reply.id;
    const waiting = isAnswer ? this.asked : this.training?.request.id === reply.id ? this.training : null;
    if (isAnswer) this.asked = null;
    if (waiting !== null) {
      if (reply.kind === 'failure') waiting.failed(broken(reply.message));
      else {
        const answer = JSON.parse(reply.json) as { error?: string; remedy?: string };
        if (typeof answer.error === 'string') waiting.failed(new ApiError(400, answer.error, answer.remedy ?? ''));
        else waiting.received(answer, reply.kind === 'steps' && reply.isLast);
      }
    }
    this.askNext();
    this.tellIdle();
  }

  private fail(message: string): void {
    const waiting = [this.asked, this.training, ...this.queue.splice(0)];
    this.worker?.terminate();
    this.worker = null;
    this.asked = null;
    this.training = null;
    for (const one of waiting) one?.failed(broken(message));
    for (const resolve of this.idle.splice(0)) resolve();
  }
}

function broken(message: string): ApiError {
  return new ApiError(0, `The engine does not run in this browser: ${message}`, 'Reload the page, or take another.');
}

function textOf(values: QuestionValues): string {
  return JSON.stringify(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)])));
}
