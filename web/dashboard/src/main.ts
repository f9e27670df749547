import { mount } from 'svelte';
import App from './App.svelte';
import { ApiClient } from './api/client.js';
import { EngineModule } from './engine/engineModule.js';
import { siteOf } from './site/site.js';
import { SiteClient } from './site/siteClient.js';
import { keepLinksInside } from './site/siteLinks.js';
import type { Application } from './state/application.js';
import { Router } from './state/router.svelte.js';
import { chosenTheme, showTheme } from './state/themeChoice.js';
import { learnCells } from './words/cells.js';
import { learnStore } from './words/commands.js';
import 'uplot/dist/uPlot.min.css';
import './app.css';

showTheme(chosenTheme());

/** Draws the page when the server has said what cells there are; without an answer, with their plain names. */
async function start(): Promise<void> {
  const site = siteOf(document);
  const engine = new EngineModule(() => `${location.origin}${site?.base ?? ''}/`);
  if (site !== null) engine.begin();
  const api = site === null ? new ApiClient() : new SiteClient(site, engine);
  try {
    const { cells, storeOption } = await api.store();
    learnCells(cells);
    learnStore(storeOption);
  } catch (error) {
    console.warn('The server does not say which cells it knows.', error);
  }
  const router = new Router(window, site?.base ?? null);
  const application: Application = { api, router, engine, site, keys: {} };
  const target = document.getElementById('app');
  if (target === null) return;
  if (site !== null) {
    if (router.route.page === 'compare' && router.query === '')
      router.go(`/compare?runs=${site.comparison}`, 'replace');
    keepLinksInside(site, target);
    // Its address is relative, and another page of the site would be taken for the folder that it is relative to.
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    icon?.setAttribute('href', icon.href);
    // It fetches the whole site, and the first answer comes before that.
    void engine.whenIdle().then(() => navigator.serviceWorker?.register(`${site.base}/sw.js`));
  }
  // A site's page holds its text already, for readers without scripts; what moves takes its place.
  target.replaceChildren();
  mount(App, { target, props: { application } });
}

void start();
