/// <reference types="node" />
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Connect, Plugin } from 'vite';
import { answerExplorer, answerDependency, answerItemised } from './mockAnswers.js';
import {
  intervalOf,
  isRunning,
  mockDetail,
  mockEvents,
  mockMetrics,
  mockRow,
  mockSamples,
  mockScalar,
  mockSummary,
  stepOf,
  type MockRun,
} from './mockRun.js';

/** The policy that the real server sends; the preview sends it too, so that a violation shows while developing. */
const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; " +
  "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Answers /api with made-up runs, in the development server and in the preview of a build. Never part of a build. */
export function mockServer(): Plugin {
  const runs = makeRuns(Number(process.env['MOCK_RUNS'] ?? 5));
  return {
    name: 'backflow-mock-server',
    configureServer: (server) => {
      server.middlewares.use(middleware(runs));
    },
    configurePreviewServer: (server) => {
      server.middlewares.use((_request, response, next) => {
        response.setHeader('Content-Security-Policy', contentSecurityPolicy);
        next();
      });
      server.middlewares.use(middleware(runs));
    },
  };
}

function makeRuns(count: number): Map<string, MockRun> {
  const now = Date.now();
  const hour = 3_600_000;
  const base = {
    pinned: false,
    paused: false,
    tags: [],
    note: '',
    task: 'sentences',
    steps: 2000,
    timesteps: 64,
    layers: 1,
    pace: 0,
    breaksAt: Infinity,
    status: 'completed',
  };
  const runs: MockRun[] = [
    { ...base, id: 'rnn-a', name: 'sentences rnn', cell: 'rnn', created: now - hour },
    { ...base, id: 'lstm-a', name: 'sentences lstm', cell: 'lstm', layers: 2, created: now - 2 * hour },
    { ...base, id: 'gru-a', name: 'sentences gru', cell: 'gru', created: now - 3 * hour },
    {
      ...base,
      id: 'unhealthy',
      name: 'too fast <script>alert(1)</script>',
      cell: 'rnn',
      created: now - 4 * hour,
      breaksAt: 1400,
      status: 'diverged',
    },
    {
      ...base,
      id: 'live',
      name: 'copy memory rnn',
      task: 'copy-memory',
      cell: 'rnn',
      steps: 6000,
      created: now - 20_000,
      pace: 20,
      pinned: true,
      paused: false,
      tags: [],
      note: '',
    },
  ];
  // As many rows as a long run has: 100,000 of 128 timesteps.
  runs.push({
    ...base,
    id: 'long',
    name: 'long rnn',
    cell: 'rnn',
    steps: 1_000_000,
    timesteps: 128,
    created: now - 5 * hour,
  });
  for (let i = runs.length; i < count; i++) {
    runs.push({
      ...base,
      id: `r${i}`,
      name: `study ${i}`,
      cell: ['rnn', 'lstm', 'gru'][i % 3] ?? 'rnn',
      created: now - (6 + i) * hour,
    });
  }
  return new Map(runs.map((run) => [run.id, run]));
}

function middleware(runs: Map<string, MockRun>): Connect.NextHandleFunction {
  return (request, response, next) => {
    const address = new URL(request.url ?? '/', 'http://localhost');
    if (!address.pathname.startsWith('/api/')) {
      next();
      return;
    }
    route(runs, address, request, response);
  };
}

function route(runs: Map<string, MockRun>, address: URL, request: IncomingMessage, response: ServerResponse): void {
  const now = Date.now();
  const [, , area, id, part] = address.pathname.split('/').map(decodeURIComponent);
  const query = address.searchParams;
  if (area === 'store') {
    return sendJson(response, { metrics: [], cells: [] });
  }
  if (area === 'explorer') return sendJson(response, answerExplorer(query));
  if (area === 'dependency') return sendJson(response, answerDependency(query, now));
  if (area === 'live') return streamRuns(runs, response);
  if (area !== 'runs') return sendError(response, 404, 'There is no such address.', 'Open /runs.');
  if (id === undefined) return sendJson(response, { runs: [...runs.values()].map((run) => mockSummary(run, now)) });
  const run = runs.get(id);
  if (run === undefined) return sendError(response, 404, `There is no run '${id}'.`, 'Open the list of runs: /runs');
  switch (part) {
    case undefined:
      if (request.method === 'DELETE') runs.delete(id);
      return sendJson(response, mockDetail(run, now));
    case 'name':
    case 'pin':
    case 'tags':
    case 'note':
    case 'requests':
      return changeRun(run, request, response);
    case 'scalars':
      return sendJson(response, {
        series: query
          .getAll('metric')
          .map((metric) => scalarSeries(run, metric, 0, stepOf(run, now), Number(query.get('points') ?? 2000))),
      });
    case 'rows':
      return sendRows(run, query, now, response);
    case 'row':
      return sendRow(run, query, response);
    case 'events':
      return sendJson(response, { events: mockEvents(run, now) });
    case 'samples':
      return sendJson(response, { samples: mockSamples(run, now) });
    case 'live':
      return streamRun(run, response);
    case 'itemised':
      return sendJson(response, answerItemised(query));
    default:
      return sendError(response, 404, 'There is no such address.', 'Open /runs.');
  }
}

function scalarSeries(run: MockRun, metric: string, from: number, to: number, points: number): object {
  const interval = intervalOf(metric) * Math.max(1, Math.ceil((to - from) / intervalOf(metric) / points));
  const steps: number[] = [];
  for (let step = Math.ceil(from / interval) * interval; step <= to; step += interval) steps.push(step);
  return { metric, steps, values: steps.map((step) => jsonNumber(mockScalar(run, metric, step))) };
}

function sendRows(run: MockRun, query: URLSearchParams, now: number, response: ServerResponse): void {
  const metric = query.get('metric') ?? '';
  const layer = Number(query.get('layer') ?? 0);
  const interval = intervalOf(metric);
  const recorded = Math.floor(stepOf(run, now) / interval) + 1;
  const columns = Math.min(recorded, Number(query.get('columns') ?? 1024));
  const planes = columns < recorded ? 2 : 1;
  const rows = Array.from({ length: columns }, (_, n) =>
    mockRow(run, metric, layer, Math.floor((n * recorded) / columns) * interval),
  );
  const timesteps = rows[0]?.length ?? 0;
  const bytes = Buffer.alloc(16 + columns * 20 + planes * columns * timesteps * 4);
  [0x42464831, columns, timesteps, planes].forEach((value, i) => bytes.writeInt32LE(value, 4 * i));
  rows.forEach((row, n) => {
    bytes.writeDoubleLE(Math.floor((n * recorded) / columns) * interval, 16 + 8 * n);
    bytes.writeDoubleLE((Math.floor(((n + 1) * recorded) / columns) - 1) * interval, 16 + 8 * (columns + n));
    bytes.writeInt32LE(row.length, 16 + 16 * columns + 4 * n);
    row.forEach((value, t) => {
      for (let plane = 0; plane < planes; plane++) {
        bytes.writeFloatLE(
          plane === 0 ? value : value * 0.7,
          16 + 20 * columns + 4 * ((plane * columns + n) * timesteps + t),
        );
      }
    });
  });
  response.setHeader('Content-Type', 'application/octet-stream');
  response.end(bytes);
}

function sendRow(run: MockRun, query: URLSearchParams, response: ServerResponse): void {
  const metric = query.get('metric') ?? '';
  const layer = Number(query.get('layer') ?? 0);
  const step = Math.floor(Number(query.get('step') ?? 0) / intervalOf(metric)) * intervalOf(metric);
  sendJson(response, { metric, layer, step, values: mockRow(run, metric, layer, step).map(jsonNumber) });
}

function streamRun(run: MockRun, response: ServerResponse): void {
  openStream(response);
  let sent = stepOf(run, Date.now());
  const timer = setInterval(() => {
    const now = Date.now();
    const to = stepOf(run, now);
    if (to > sent) send(response, 'change', changeOf(run, sent, to, now));
    sent = to;
    if (!isRunning(run, now)) {
      send(response, 'end', {});
      response.end();
    }
  }, 500);
  response.on('close', () => clearInterval(timer));
}

function changeOf(run: MockRun, from: number, to: number, now: number): object {
  const metrics = mockMetrics(run, now);
  const rows = metrics
    .filter((metric) => metric.kind === 'row')
    .flatMap((metric) =>
      metric.layers.flatMap((layer) => {
        const interval = intervalOf(metric.name);
        const steps: number[] = [];
        for (let step = (Math.floor(from / interval) + 1) * interval; step <= to; step += interval) steps.push(step);
        if (steps.length === 0) return [];
        const values = steps.map((step) => mockRow(run, metric.name, layer, step));
        return [
          {
            metric: metric.name,
            layer,
            steps,
            lengths: values.map((row) => row.length),
            data: Buffer.from(new Float32Array(values.flat()).buffer).toString('base64'),
          },
        ];
      }),
    );
  return {
    run: mockSummary(run, now),
    startedOver: false,
    rows,
    scalars: metrics
      .filter((metric) => metric.kind === 'scalar')
      .map((metric) => scalarSeries(run, metric.name, from + 1, to, Infinity)),
    events: mockEvents(run, now).filter((event) => event.step > from),
    samples: mockSamples(run, now).filter((sample) => sample.step > from),
  };
}

function streamRuns(runs: Map<string, MockRun>, response: ServerResponse): void {
  openStream(response);
  const timer = setInterval(
    () => send(response, 'runs', { runs: [...runs.values()].map((run) => mockSummary(run, Date.now())) }),
    2000,
  );
  response.on('close', () => clearInterval(timer));
}

function changeRun(run: MockRun, request: IncomingMessage, response: ServerResponse): void {
  let text = '';
  request.on('data', (chunk: Buffer) => (text += chunk.toString()));
  request.on('end', () => {
    const body = JSON.parse(text) as { name?: string; pinned?: boolean; tags?: string[]; note?: string; kind?: string };
    if (body.name !== undefined) run.name = body.name;
    if (body.pinned !== undefined) run.pinned = body.pinned;
    run.tags = body.tags ?? run.tags;
    run.note = body.note ?? run.note;
    if (body.kind === 'pause' || body.kind === 'continue') run.paused = body.kind === 'pause';
    sendJson(response, {});
  });
}

function openStream(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
  response.write(': open\n\n');
}

function send(response: ServerResponse, event: string, data: object): void {
  response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

function sendJson(response: ServerResponse, body: object): void {
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(body));
}

function sendError(response: ServerResponse, status: number, error: string, remedy: string): void {
  response.statusCode = status;
  sendJson(response, { error, remedy });
}

function jsonNumber(value: number): number | string {
  return Number.isFinite(value) ? value : Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}
