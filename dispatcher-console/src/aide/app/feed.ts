import type { LiveMessage } from '../../generated/LiveMessage';
import type { OfferFile } from '../../generated/OfferFile';
import { type Api, ApiError } from '../../shared/api';
import type { ServerClock } from '../../shared/clock';
import { LiveClient } from '../../shared/live';
import { isLapsed } from '../model/countdown';
import { missingFrom } from '../model/reduce';
import { fileAfter } from './read';
import type { Offers } from './offers';
import type { Store } from './store';

/** While there is doubt the offers are asked for this often. */
const POLL_MS = 10_000;

/** Keeps the state true: the live feed, and plain requests while there is none. */
export class Feed {
  readonly #api: Api;
  readonly #store: Store;
  readonly #clock: ServerClock;
  readonly #offers: Offers;
  readonly #live: LiveClient;
  #poll: ReturnType<typeof setInterval> | undefined;

  constructor(api: Api, store: Store, clock: ServerClock, offers: Offers) {
    this.#api = api;
    this.#store = store;
    this.#clock = clock;
    this.#offers = offers;
    this.#live = new LiveClient({
      onMessage: (message) => this.#hear(message),
      onStatus: (status) => store.tell({ type: 'live', status }),
      // Only a request can tell whether nobody is logged in; a 401 then ends the session.
      onRefused: () => void api.get('/v1/session').catch(() => undefined),
    });
  }

  start(): void {
    this.#live.start();
    clearInterval(this.#poll);
    this.#poll = setInterval(() => {
      if (this.#inDoubt()) void this.#ask();
    }, POLL_MS);
  }

  stop(): void {
    clearInterval(this.#poll);
    this.#live.stop();
  }

  /** The network is back, or the page is looked at again. */
  wake(): void {
    this.#live.wake();
    if (this.#live.status.state !== 'closed') void this.#ask();
  }

  #hear(message: LiveMessage): void {
    switch (message.type) {
      case 'snapshot':
        this.#store.tell({ type: 'responders', responders: message.responders });
        return this.#list(message.offers ?? []);
      case 'event': {
        // Replayed events tell old times: they set the clock only while nothing better is known.
        if (this.#clock.pcAhead_ms() === null) this.#clock.hear(message.at);
        const file = message.offer ?? fileAfter(message.ticket, this.#store.get().offers);
        if (file !== null) this.#store.tell({ type: 'offer', file });
        return;
      }
      case 'responders':
        this.#clock.hear(message.at);
        return this.#store.tell({ type: 'responders', responders: message.responders });
      case 'positions':
        return this.#clock.hear(message.at);
      case 'heartbeat':
        return this.#clock.hear(message.at);
      case 'unrecorded':
      case 'calls':
      case 'cover':
        return; // for operators; nobody on the road can do anything about it
      case 'probe':
        void this.#api.post(`/v1/me/probes/${message.id}`).catch(() => undefined);
    }
  }

  /** The socket is down (some networks let only requests through), or nobody said how an offer ended. */
  #inDoubt(): boolean {
    const now = this.#clock.now();
    const unanswered = this.#store.get().offers.some(({ offer }) => offer.status === 'offered' && isLapsed(offer, now));
    return unanswered || this.#live.status.state !== 'live';
  }

  async #ask(): Promise<void> {
    try {
      const { items } = await this.#api.get<{ items: OfferFile[] }>('/v1/me/offers');
      this.#list(items);
    } catch {
      // The banner already says that there is no connection.
    }
  }

  #list(files: readonly OfferFile[]): void {
    const missing = missingFrom(this.#store.get(), files);
    for (const file of files) this.#store.tell({ type: 'offer', file });
    for (const offer of missing) void this.#lookFor(offer);
  }

  async #lookFor(offer: string): Promise<void> {
    try {
      await this.#offers.read(offer);
    } catch (error) {
      const gone = error instanceof ApiError && (error.status === 404 || error.status === 403);
      if (gone) this.#store.tell({ type: 'gone', offer });
    }
  }
}
