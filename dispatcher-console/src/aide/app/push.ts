import type { Api } from '../../shared/api';
import type { Lang } from '../../shared/lang';
import type { PushState } from '../model/state';

/** What the service says: the key that browsers subscribe with; null where push is off. */
interface PushInfo {
  public_key: string | null;
}

/** What the browser has; given, so that a test can be any browser. */
export interface PushBrowser {
  /** Null where there is none: no service worker, no push. */
  manager: () => Promise<Pick<PushManager, 'getSubscription' | 'subscribe'>> | null;
  permission: () => NotificationPermission | null;
  ask: () => Promise<NotificationPermission>;
}

interface Options {
  api: Pick<Api, 'get' | 'put'>;
  browser: PushBrowser;
  onState: (state: PushState) => void;
}

/** Lets the centre wake this phone: a locked one too, where a push service is reached. */
export class Push {
  readonly #options: Options;
  #key: string | null = null;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Somebody logged in: says again, under their session, where this phone is woken, if it already may be. */
  async start(): Promise<void> {
    const { api, browser, onState } = this.#options;
    try {
      this.#key = (await api.get<PushInfo>('/v1/push')).public_key;
    } catch {
      return onState('off'); // an older service, or no signal: nothing is promised
    }
    if (this.#key === null) return onState('off');
    const manager = browser.manager();
    const permission = browser.permission();
    if (manager === null || permission === null) return onState('missing');
    if (permission === 'denied') return onState('denied');
    if (permission === 'default') return onState('ask');
    await this.#subscribe(this.#key, manager);
  }

  /** Asked for by a tap. */
  async allow(): Promise<void> {
    const { browser, onState } = this.#options;
    const manager = browser.manager();
    if (this.#key === null || manager === null) return;
    onState('asking');
    const said = await browser.ask().catch(() => 'default' as const);
    if (said === 'granted') await this.#subscribe(this.#key, manager);
    else onState(said === 'denied' ? 'denied' : 'ask');
  }

  async #subscribe(key: string, ready: Promise<Pick<PushManager, 'getSubscription' | 'subscribe'>>): Promise<void> {
    const { api, onState } = this.#options;
    try {
      const manager = await ready;
      const applicationServerKey = bytesOf(key);
      const known = await manager.getSubscription();
      const isOurs = known !== null && sameBytes(known.options.applicationServerKey, applicationServerKey);
      if (known !== null && !isOurs) await known.unsubscribe();
      const subscription = isOurs ? known : await manager.subscribe({ userVisibleOnly: true, applicationServerKey });
      const { endpoint, keys } = subscription.toJSON();
      await api.put('/v1/me/push', { endpoint, keys: { p256dh: keys?.['p256dh'], auth: keys?.['auth'] } });
      onState('on');
    } catch {
      // No push service is reached: in China the usual case with Chrome.
      onState('failed');
    }
  }
}

/** Returns the bytes of base64url. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

function sameBytes(one: ArrayBuffer | null, other: Uint8Array): boolean {
  if (one === null) return false;
  const bytes = new Uint8Array(one);
  return bytes.length === other.length && bytes.every((byte, n) => byte === other[n]);
}

/** Leaves the language where the service worker finds it while no page is open. */
export function rememberLang(lang: Lang): void {
  if (typeof caches === 'undefined') return; // not secure: there is no worker either
  void caches
    .open('silverbell-lang')
    .then((cache) => cache.put('/lang', new Response(lang)))
    .catch(() => undefined);
}
