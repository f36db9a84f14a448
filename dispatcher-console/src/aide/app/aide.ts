import { type Api, createApi } from '../../shared/api';
import { ServerClock } from '../../shared/clock';
import type { Step } from '../model/offer';
import type { Fix } from '../model/position';
import { isEngaged } from '../model/offer';
import { ringOf, screenOf } from '../model/screen';
import { type AideState, initialState, type Travel } from '../model/state';
import { Bell } from './bell';
import { setDuty } from './duty';
import { Feed } from './feed';
import { memory } from './memory';
import { Positions } from './positions';
import { type LoginProblem, logIn, logOut, resume } from './session';
import { createSteps, type Steps } from './steps';
import { createStore, type Store } from './store';

/** Ringing must begin and end also while nothing else changes. */
const RING_CHECK_MS = 500;

/** The page's parts put together: what the screens may look at and do. */
export class Aide {
  readonly store: Store;
  readonly #clock = new ServerClock();
  readonly #api: Api;
  readonly #steps: Steps;
  readonly #feed: Feed;
  readonly #bell: Bell;
  readonly #positions: Positions;
  #feeding = false;
  #sharing = false;
  #held = memory.held();

  constructor() {
    const store = createStore(initialState(memory.travel(), memory.held()));
    this.store = store;
    this.#api = createApi({
      timeout_ms: 8_000,
      onUnauthorized: () => {
        const ended = store.get().session.phase === 'in';
        if (ended) store.tell({ type: 'session', session: { phase: 'out', why: 'ended' } });
      },
    });
    this.#steps = createSteps(this.#api, store);
    this.#feed = new Feed(this.#api, store, this.#clock, this.#steps);
    this.#bell = new Bell((bell) => store.tell({ type: 'bell', bell }));
    this.#positions = new Positions({
      geolocation: 'geolocation' in navigator ? navigator.geolocation : undefined,
      secure: isSecureContext,
      post: (fix) => this.#postPosition(fix),
      now: () => this.now(),
      wall: () => Date.now(),
      onState: (position) => store.tell({ type: 'position', position }),
    });
  }

  /** Begins: takes up the session and follows the state from then on. */
  start(): void {
    this.store.subscribe(() => this.#follow());
    setInterval(() => this.#ring(), RING_CHECK_MS);
    addEventListener('online', () => this.#feed.wake());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.#feed.wake();
    });
    // Any tap will do; browsers ask only that there was one.
    addEventListener('click', () => this.#bell.unlock());
    void resume(this.#api, this.store);
  }

  /** The server's time, Unix milliseconds. */
  now(): number {
    return this.#clock.now();
  }

  logIn(username: string, password: string): Promise<LoginProblem | null> {
    return logIn(this.#api, this.store, username, password);
  }

  logOut(): Promise<void> {
    return logOut(this.#api, this.store);
  }

  setDuty(on: boolean, travel: Travel): Promise<void> {
    return setDuty(this.#api, this.store, on, travel);
  }

  take(offer: string, step: Step, body?: object): void {
    void this.#steps.take(offer, step, body);
  }

  sendAgain(): void {
    void this.#steps.again();
  }

  dismissSending(): void {
    this.#steps.dismiss();
  }

  acknowledge(id: string): void {
    this.store.tell({ type: 'acknowledge', id });
  }

  locateAgain(): void {
    this.#positions.start();
  }

  tryBell(): void {
    this.#bell.unlock();
    this.#bell.once('offer');
  }

  /** Starts and stops what the state asks for. */
  #follow(): void {
    const state = this.store.get();
    const inside = state.session.phase === 'in' && state.session.user.responder !== null;
    if (inside !== this.#feeding) {
      this.#feeding = inside;
      if (inside) this.#feed.start();
      else this.#feed.stop();
    }
    const sharing = inside && (state.duty.on === true || state.offers.some(({ offer }) => isEngaged(offer)));
    if (sharing !== this.#sharing) {
      this.#sharing = sharing;
      if (sharing) this.#positions.start();
      else this.#positions.stop();
    }
    const held = heldOf(state);
    if (held !== this.#held) memory.setHeld((this.#held = held));
    this.#ring();
  }

  #ring(): void {
    this.#bell.ring(ringOf(screenOf(this.store.get(), this.now())));
  }

  async #postPosition({ lat, lon, accuracy_m, at }: Fix): Promise<void> {
    const positions = [{ lat, lon, accuracy_m, at: new Date(at).toISOString() }];
    await this.#api.post('/v1/me/positions', { positions });
  }
}

/** The offer to ask after should this page be closed now. */
function heldOf(state: AideState): string | null {
  return state.offers[0]?.offer.id ?? state.held;
}
