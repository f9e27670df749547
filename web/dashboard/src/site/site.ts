import { routeOf } from '../state/routes.js';

/** The site without a server that these files are, written by `backflow learn --export`. */
export interface Site {
  /** The path of the site's folder at its host, without the last slash: empty at the root. */
  readonly base: string;
  /** The ids of the recorded comparison, with commas. */
  readonly comparison: string;
}

/** The name of the element of a page's head that says where the site's folder is, and what was recorded. */
export const siteElement = 'backflow-site';

/** The site that a document belongs to; null where a server gave it. */
export function siteOf(document: Document): Site | null {
  const element = document.querySelector<HTMLMetaElement>(`meta[name="${siteElement}"]`);
  if (element === null) return null;
  const folder = new URL(element.content, document.baseURI).pathname;
  return { base: folder.replace(/\/$/, ''), comparison: element.dataset['comparison'] ?? '' };
}

/** Whether the site has the page of an address such as /learn/gates?x=1; what needs a store it has not. */
export function isInSite(address: string): boolean {
  const { page } = routeOf(address.split('?')[0] ?? '');
  return page === 'home' || page === 'learn' || page === 'explorer' || page === 'compare';
}

/**
 * An address of the application as one below a folder. Each page is the index of a folder, so the path ends with a
 * slash: hosts redirect to it otherwise.
 */
export function addressIn(base: string, address: string): string {
  const [path = '', query] = address.split('?');
  const folder = path.endsWith('/') ? path : `${path}/`;
  return base + folder + (query === undefined ? '' : `?${query}`);
}
