import { addressIn } from '../site/site.js';
import { routeOf, type Route } from './routes.js';

/**
 * The address bar: which page is open, and its query. Pages are opened anew on every visit. In a site without a server
 * they lie below its folder.
 */
export class Router {
  path = $state('/');
  /** Grows with every visit, so that a page reads its settings again after Back and Forward. */
  visit = $state(0);
  readonly route: Route = $derived(routeOf(this.path));

  constructor(
    private readonly host: Window = window,
    /** The folder of a site; null where a server gives the pages. */
    private readonly base: string | null = null,
  ) {
    this.path = this.pathOf(host.location.pathname);
  }

  /** Listens to Back, Forward and to clicks on links of this site; returns how to stop. */
  start(): () => void {
    const back = (): void => this.enter();
    const click = (event: MouseEvent): void => this.follow(event);
    this.host.addEventListener('popstate', back);
    this.host.document.addEventListener('click', click);
    return () => {
      this.host.removeEventListener('popstate', back);
      this.host.document.removeEventListener('click', click);
    };
  }

  /** Opens a page. */
  go(address: string, how: 'push' | 'replace' = 'push'): void {
    const place = this.base === null ? address : addressIn(this.base, address);
    if (how === 'push') this.host.history.pushState(null, '', place);
    else this.host.history.replaceState(null, '', place);
    this.enter();
    if (how === 'push') this.host.scrollTo(0, 0);
  }

  /** Writes the page's settings into the address, without a new entry in the history. */
  writeQuery(query: string): void {
    if (query !== this.host.location.search) {
      this.host.history.replaceState(null, '', this.host.location.pathname + query);
    }
  }

  get query(): string {
    return this.host.location.search;
  }

  private enter(): void {
    this.path = this.pathOf(this.host.location.pathname);
    this.visit++;
  }

  /** A path of the host as one of the application. */
  private pathOf(path: string): string {
    return this.base !== null && path.startsWith(`${this.base}/`) ? path.slice(this.base.length) : path;
  }

  private follow(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const target = event.target instanceof Element ? event.target.closest('a') : null;
    if (target === null || target.target !== '' || target.hasAttribute('download')) return;
    const address = new URL(target.href, this.host.location.href);
    if (address.origin !== this.host.location.origin || !address.pathname.startsWith(`${this.base ?? ''}/`)) return;
    if (address.hash !== '' && address.pathname === this.host.location.pathname) return;
    event.preventDefault();
    this.go(this.pathOf(address.pathname) + address.search);
  }
}
