import { lessons, rooms } from '../learn/lessons.js';
import type { Route } from './routes.js';

const titles = {
  home: 'Backflow',
  live: 'Run',
  itemised: 'Itemised gradient',
  runs: 'Runs',
  compare: 'Compare',
  explorer: 'Explorer',
  learn: 'Learn',
  dependency: 'Dependency',
  unknown: 'Not found',
};

/** What a page is called in the browser's tabs. */
export function titleOf(route: Route): string {
  if (route.page === 'home') return titles.home;
  const topic = route.page === 'learn' ? route.topic : null;
  const page = [...lessons, ...rooms].find((one) => one.topic === topic);
  const title = 'run' in route ? `${route.run}, ${titles[route.page]}` : (page?.title ?? titles[route.page]);
  return `${title} – Backflow`;
}
