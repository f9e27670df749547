// Keeps all files of the site in the browser, so that it works when its host does not. The program that writes the site
// fills in the files and a digest of their contents: another content is another version.
const version = '@VERSION@';
const files = '@FILES@'.split('\n');
const cacheName = `backflow ${registration.scope} ${version}`;

self.addEventListener('install', (event) => event.waitUntil(keep()));
self.addEventListener('activate', (event) => event.waitUntil(takeOver()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method === 'GET' && request.url.startsWith(registration.scope)) event.respondWith(answer(request));
});

async function keep() {
  const cache = await caches.open(cacheName);
  await cache.addAll(files.map((file) => new Request(new URL(file, registration.scope), { cache: 'no-cache' })));
  await self.skipWaiting();
}

async function takeOver() {
  const own = `backflow ${registration.scope} `;
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(own) && name !== cacheName);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function answer(request) {
  const cache = await caches.open(cacheName);
  const address = new URL(request.url);
  address.search = '';
  address.hash = '';
  // A page is the index of its folder, which may be named without its last slash.
  const path = address.href;
  const candidates = request.mode === 'navigate' ? [path, `${path}index.html`, `${path}/index.html`] : [path];
  for (const candidate of candidates) {
    const kept = await cache.match(candidate);
    if (kept !== undefined) return kept;
  }
  const missing = () => cache.match(new URL('404.html', registration.scope));
  try {
    const response = await fetch(request);
    return response.status === 404 && request.mode === 'navigate' ? ((await missing()) ?? response) : response;
  } catch (error) {
    const page = request.mode === 'navigate' ? await missing() : undefined;
    if (page === undefined) throw error;
    return page;
  }
}
