/**
 * The aide's service worker: the page opens without a signal.
 *
 * It keeps the page with everything it names, all of one build, and nothing else: what the server says
 * (`/v1/…`) never passes through here. A new build is fetched beside the old one and takes over when the
 * page is opened the next time, never under somebody's hands.
 */
import './push-worker';

declare const self: ServiceWorkerGlobalScope;

/** Filled in when the page is built: the build's name, and what the page needs besides itself. */
const BUILD = '__BUILD__';
const SHELL: readonly string[] = JSON.parse('__SHELL__') as string[];

const PAGE = '/aide';
const PREFIX = 'silverbell-aide-';
const CACHE = PREFIX + BUILD;

/** So long a weak signal may try before the kept page opens. */
const PATIENCE_MS = 2_500;

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(forgetOthers()));

self.addEventListener('message', ({ data }) => {
  // Said by a page that has just been opened.
  if (data === 'take-over') void self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (request.mode === 'navigate' && url.pathname === PAGE) event.respondWith(page(request));
  else if (SHELL.includes(url.pathname)) event.respondWith(part(request));
});

async function install(): Promise<void> {
  const fresh = await fetch(PAGE, { cache: 'reload' });
  const text = await fresh.clone().text();
  // A page of another build names other parts: this worker's own is no longer, or not yet, to be had.
  // What comes later is named in the entry, whose own name changes with it.
  const isOurs = SHELL.filter((path) => path.startsWith('/assets/aide-aide-')).every((path) => text.includes(path));
  if (!fresh.ok || !isOurs) throw new Error('the page is of another build');
  const cache = await caches.open(CACHE);
  await cache.addAll(SHELL);
  await cache.put(PAGE, fresh);
}

async function forgetOthers(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
}

/** The network first: a new build is welcome. Without an answer, or with one that is no page, what is kept. */
async function page(request: Request): Promise<Response> {
  const kept = (): Promise<Response | undefined> => caches.match(PAGE, { cacheName: CACHE });
  const answer = fetch(request);
  answer.catch(() => undefined);
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE_MS));
  try {
    const first = await Promise.race([answer, late]);
    if (first !== null && first.status < 500) return first;
    return (await kept()) ?? (await answer);
  } catch {
    return (await kept()) ?? Response.error();
  }
}

/** Parts are named by what they hold: kept is as good as fresh. */
async function part(request: Request): Promise<Response> {
  return (await caches.match(request, { cacheName: CACHE })) ?? fetch(request);
}
