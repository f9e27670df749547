import { addressIn, isInSite, type Site } from './site.js';

/**
 * Makes the links of the page lead to the site's folder while it is drawn: components name pages as the server does. A
 * link to what the site lacks becomes text. Returns how to stop.
 */
export function keepLinksInside(site: Site, root: Element): () => void {
  const observer = new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (type === 'attributes') adapt(target as Element);
      for (const node of addedNodes) if (node instanceof Element) adaptAll(node);
    }
  });

  function adaptAll(element: Element): void {
    adapt(element);
    for (const link of element.querySelectorAll('a[href]')) adapt(link);
  }

  function adapt(link: Element): void {
    const address = link.matches('a') ? link.getAttribute('href') : null;
    if (address === null || !address.startsWith('/') || (link as HTMLElement).dataset['kept'] === address) return;
    if (isInSite(address)) {
      const inside = addressIn(site.base, address);
      (link as HTMLElement).dataset['kept'] = inside;
      link.setAttribute('href', inside);
    } else {
      link.removeAttribute('href');
      link.setAttribute('title', 'Only where Backflow runs, with: backflow dashboard');
    }
  }

  adaptAll(root);
  observer.observe(root, { childList: true, subtree: true, attributeFilter: ['href'] });
  return () => observer.disconnect();
}
