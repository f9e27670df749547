import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../src/api/client.js';
import { EngineModule } from '../src/engine/engineModule.js';
import type { EngineReply, EngineRequest } from '../src/engine/engineMessages.js';
import { grown } from '../src/learn/playground.svelte.js';
import { playgroundSentence } from '../src/learn/playgroundSentence.js';
import { rowAt } from '../src/numbers/rowBlock.js';
import { recordedFile } from '../src/site/siteClient.js';
import { keepLinksInside } from '../src/site/siteLinks.js';
import { addressIn, isInSite, siteOf } from '../src/site/site.js';
import { Router } from '../src/state/router.svelte.js';
import { titleOf } from '../src/state/titles.js';

describe('addresses of a site', () => {
  it('are folders below the site’s, with their query', () => {
    expect(addressIn('/a/b', '/learn/gates?x=1')).toBe('/a/b/learn/gates/?x=1');
    expect(addressIn('', '/')).toBe('/');
  });

  it('exist for what needs no store', () => {
    expect(['/', '/learn', '/learn/quiz', '/explorer?cell=gru', '/compare?runs=a'].every(isInSite)).toBe(true);
    expect(['/runs', '/run/x', '/dependency', '/learn/nothing'].some(isInSite)).toBe(false);
  });

  it('come from an element of the head, whose address is relative', () => {
    document.head.innerHTML = '<meta name="backflow-site" content="../../" data-comparison="a,b" />';
    const base = new URL('../..', document.baseURI).pathname.replace(/\/$/, '');
    expect(siteOf(document)).toEqual({ base, comparison: 'a,b' });
    document.head.innerHTML = '';
    expect(siteOf(document)).toBeNull();
  });

  it('are those of the application to the router', () => {
    const push = vi.fn();
    const host = {
      location: { pathname: '/a/b/learn/gates/', search: '' },
      history: { pushState: push },
      scrollTo: () => undefined,
    } as unknown as Window;
    const router = new Router(host, '/a/b');
    expect(router.route).toEqual({ page: 'learn', topic: 'gates' });
    router.go('/explorer?cell=gru');
    expect(push).toHaveBeenCalledWith(null, '', '/a/b/explorer/?cell=gru');
  });

  it('name recorded answers by what the server is asked', () => {
    expect(recordedFile('/api/store')).toBe('recorded/store.json');
    expect(recordedFile('/api/runs/rnn-0001/scalars?metric=a&metric=b')).toBe('recorded/runs/rnn-0001/scalars.json');
    expect(recordedFile('/api/runs/x/rows?metric=cell-gradient-norm&layer=1&columns=9')).toBe(
      'recorded/runs/x/rows/cell-gradient-norm.1.bin',
    );
    expect(recordedFile('/learn')).toBeNull();
  });

  it('stand in links that are drawn later, and links to other pages become text', async () => {
    const root = document.createElement('div');
    root.innerHTML = '<a id="one" href="/learn/gates">x</a>';
    const stop = keepLinksInside({ base: '/a', comparison: '' }, root);
    const later = document.createElement('p');
    later.innerHTML = '<a id="two" href="/explorer">x</a><a id="three" href="/runs">x</a><a href="https://x.org">x</a>';
    root.append(later);
    await new Promise((resolve) => setTimeout(resolve));
    const hrefs = [...root.querySelectorAll('a')].map((link) => link.getAttribute('href'));
    expect(hrefs).toEqual(['/a/learn/gates/', '/a/explorer/', null, 'https://x.org']);
    stop();
  });
});

describe('titles', () => {
  it('name the lesson', () => {
    expect(titleOf({ page: 'learn', topic: 'gates' })).toBe('Gates – Backflow');
    expect(titleOf({ page: 'learn', topic: null })).toBe('Learn – Backflow');
    expect(titleOf({ page: 'live', run: 'lstm-0001' })).toBe('lstm-0001, Run – Backflow');
    expect(titleOf({ page: 'home' })).toBe('Backflow');
  });
});

describe('the engine in a worker', () => {
  /** What was posted to the worker, and how it answers. */
  let posted: EngineRequest[] = [];
  let answer: (reply: EngineReply) => void = () => undefined;

  beforeEach(() => {
    posted = [];
    vi.stubGlobal(
      'Worker',
      class {
        addEventListener(type: string, listener: (event: { data: EngineReply }) => void): void {
          if (type === 'message') answer = (data) => listener({ data });
        }
        postMessage(request: EngineRequest): void {
          posted.push(request);
        }
      },
    );
  });
  afterEach(() => vi.unstubAllGlobals());

  it('loads the module with the first question, and asks one at a time', async () => {
    const engine = new EngineModule(() => 'http://host/a/');
    const first = engine.ask('explorer', { length: 8 }, new AbortController().signal);
    const given = new AbortController();
    const second = engine.ask('explorer', { length: 9 }, given.signal);
    const third = engine.ask('explorer', { length: 10 }, new AbortController().signal);
    given.abort();
    await expect(second).rejects.toHaveProperty('name', 'AbortError');
    expect(posted).toEqual([
      { kind: 'load', address: 'http://host/a/engine/dotnet.js' },
      { kind: 'ask', id: 1, question: 'explorer', values: '{"length":"8"}' },
    ]);
    answer({ kind: 'answer', id: 1, json: '{"norms":[1]}' });
    expect(await first).toEqual({ norms: [1] });
    expect(posted.at(-1)).toEqual({ kind: 'ask', id: 3, question: 'explorer', values: '{"length":"10"}' });
    answer({ kind: 'answer', id: 3, json: '{"error":"No.","remedy":"Yes."}' });
    await expect(third).rejects.toEqual(new ApiError(400, 'No.', 'Yes.'));
  });

  it('tells of each piece of a training until the last, or until it is stopped', async () => {
    const engine = new EngineModule(() => '/');
    const told: unknown[] = [];
    const stop = new AbortController();
    const training = engine.train({ steps: 3 }, (steps) => told.push(steps), stop.signal);
    answer({ kind: 'steps', id: 1, json: '{"step":0}', isLast: false });
    stop.abort();
    answer({ kind: 'steps', id: 1, json: '{"step":1}', isLast: false });
    await training;
    expect(told).toEqual([{ step: 0 }]);
    expect(posted.at(-1)).toEqual({ kind: 'stop' });
  });
});

describe('the playground', () => {
  const piece = { cell: 'rnn', hidden: 64, parameters: 4_000 };

  it('grows by the steps that come', () => {
    const one = grown(undefined, { ...piece, losses: [0.5], norms: [1, 2, 3] }, 3);
    const two = grown(one, { ...piece, losses: [0.4, 'NaN'], norms: [4, 5, 6, 7, 8, 9] }, 3);
    expect([...two.losses]).toEqual([0.5, 0.4, NaN]);
    expect([...two.norms.first]).toEqual([1, 2, 3]);
    expect([...rowAt(two.norms, 1)]).toEqual([4, 5, 6]);
  });

  it('says what the newest step left', () => {
    const network = grown(undefined, { ...piece, losses: [0.5, 0.25], norms: [9, 9, 9, 1, 2, 4] }, 3);
    expect(playgroundSentence([{ ...network, title: 'RNN' }], 2, 1 / 6)).toBe(
      'After 2 steps: In the RNN 0.25 of the last timestep’s gradient arrives at the first, and the loss is 0.25. ' +
        'To answer with the mean each time costs 0.167.',
    );
    expect(playgroundSentence([], 0, NaN)).toBe('');
  });
});
