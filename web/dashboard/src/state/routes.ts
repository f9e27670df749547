import { topics } from '../learn/lessons.js';

/** Where in the dashboard the reader is. */
export type Route =
  | { readonly page: 'home' }
  | { readonly page: 'runs' }
  | { readonly page: 'live'; readonly run: string }
  | { readonly page: 'itemised'; readonly run: string }
  | { readonly page: 'compare' }
  | { readonly page: 'explorer' }
  | { readonly page: 'dependency' }
  | { readonly page: 'learn'; readonly topic: string | null }
  | { readonly page: 'unknown' };

/** Reads a path. */
export function routeOf(path: string): Route {
  const parts = path.split('/').filter((part) => part !== '');
  const [first, second, third] = parts;
  if (first === undefined) return { page: 'home' };
  if (first === 'run' && second !== undefined && parts.length <= 3) {
    const run = decode(second);
    if (run !== null && third === undefined) return { page: 'live', run };
    if (run !== null && third === 'itemised') return { page: 'itemised', run };
  }
  if (first === 'learn' && parts.length <= 2) {
    const topic = second === undefined ? null : decode(second);
    if (topic === null || topics.includes(topic)) return { page: 'learn', topic };
  }
  if (
    parts.length === 1 &&
    (first === 'runs' || first === 'compare' || first === 'explorer' || first === 'dependency')
  ) {
    return { page: first };
  }
  return { page: 'unknown' };
}

/** The path of a run's page. */
export function runPath(id: string): string {
  return `/run/${encodeURIComponent(id)}`;
}

function decode(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}
