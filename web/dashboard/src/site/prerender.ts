/// <reference types="node" />
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { render } from 'svelte/server';
import App from '../App.svelte';
import { ApiClient } from '../api/client.js';
import { EngineModule } from '../engine/engineModule.js';
import { lessons, rooms, topics } from '../learn/lessons.js';
import { Router } from '../state/router.svelte.js';
import { routeOf } from '../state/routes.js';
import { titleOf } from '../state/titles.js';
import notFound from './notFound.html?raw';
import serviceWorker from './serviceWorker.js?raw';
import { addressIn, isInSite, siteElement } from './site.js';

/** Where the page was built, and where the site's pages go: the program adds the rest when it writes a site. */
const [built, written] = ['dist', join('dist', 'site')];

/**
 * What a page of the site may load: nothing of another host. Styles that stand in an element are those that were
 * rendered here.
 */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
  "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'";

// Pages have the same bytes after every build, though a question's numbers are drawn.
Math.random = () => 0.5;

/** The pages of the site as paths of the application. */
const paths = ['/', '/learn', ...topics.map((topic) => `/learn/${topic}`), '/explorer', '/compare'];

const template = readFileSync(join(built, 'index.html'), 'utf8');
for (const path of paths) {
  const depth = path.split('/').filter((part) => part !== '').length;
  write(join(path, 'index.html'), pageOf(path, depth === 0 ? './' : '../'.repeat(depth)));
}
write('404.html', notFound);
write('sw.js', serviceWorker);

/** One page: the built one, with its text, below a folder that is found from here. */
function pageOf(path: string, root: string): string {
  const route = routeOf(path);
  const host = { location: { pathname: path, search: '' } } as Window;
  const application = {
    api: new ApiClient(),
    router: new Router(host, ''),
    engine: new EngineModule(() => root),
    site: { base: '', comparison: '' },
    keys: {},
  };
  const { body } = render(App, { props: { application } });
  const topic = route.page === 'learn' ? route.topic : null;
  const promise = [...lessons, ...rooms].find((page) => page.topic === topic)?.promise;
  const head =
    `<meta http-equiv="Content-Security-Policy" content="${policy}" />\n    ` +
    `<meta name="${siteElement}" content="${root}" data-comparison="@COMPARISON@" />`;
  return template
    .replace('<meta charset="utf-8" />', (charset) => `${charset}\n    ${head}`)
    .replace(/(<meta name="description" content=")[^"]*/, (all, start: string) =>
      promise === undefined ? all : start + promise.replaceAll('"', '&quot;'),
    )
    .replace(/<title>[^<]*/, `<title>${titleOf(route)}`)
    .replace(/(src|href)="\/(assets\/[^"]*|favicon\.svg)"/g, `$1="${root}$2"`)
    .replace(/<noscript>[^]*?<\/noscript>/, '')
    .replace('<div id="app"></div>', () => `<div id="app">${linksFrom(body, root)}</div>`);
}

/** Links of a rendered page as they lead from its place; those to what a site lacks become text. */
function linksFrom(body: string, root: string): string {
  return body.replace(/ href="(\/[^"]*)"/g, (_, address: string) =>
    isInSite(address) ? ` href="${root}${addressIn('', address).slice(1)}"` : '',
  );
}

function write(name: string, text: string): void {
  const file = join(written, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
