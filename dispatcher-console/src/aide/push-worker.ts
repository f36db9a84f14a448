/** What the service worker does while the page is not open: it shows what a push says, and opens the page. */
import { type Lang, pushOf, shownOf } from './model/push';

declare const self: ServiceWorkerGlobalScope;

/** Where the page leaves which language was last spoken: a worker has no other memory of it. */
const LANG_CACHE = 'silverbell-lang';
const LANG_KEY = '/lang';

const PAGE = '/aide';

/** Long, twice: it has to be felt through a coat. */
const VIBRATE_MS = [600, 200, 600, 200, 600];

self.addEventListener('push', (event) => event.waitUntil(show(event.data?.text() ?? '')));
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open());
});

async function show(text: string): Promise<void> {
  const { title, ...shown } = shownOf(pushOf(text), await lastLang(), Date.now());
  // `renotify` and `vibrate` are not in every browser's list; whoever does not know them leaves them out.
  const options = { ...shown, icon: '/aide-192.png', badge: '/aide-192.png', requireInteraction: true, renotify: true, vibrate: VIBRATE_MS };
  await self.registration.showNotification(title, options);
}

async function open(): Promise<void> {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const aide = pages.find(({ url }) => new URL(url).pathname === PAGE);
  if (aide === undefined) await self.clients.openWindow(PAGE);
  else await aide.focus();
}

async function lastLang(): Promise<Lang> {
  const kept = await caches.match(LANG_KEY, { cacheName: LANG_CACHE }).catch(() => undefined);
  return (await kept?.text()) === 'en' ? 'en' : 'zh';
}
