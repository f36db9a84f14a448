import type { MapInfo } from '../../generated/MapInfo';
import type { MapTiles } from '../../generated/MapTiles';
import type { Ticket } from '../../generated/Ticket';
import type { Way } from '../../generated/Way';
import { type Api, ApiError, createApi } from '../../shared/api';
import { ServerClock } from '../../shared/clock';
import type { Step } from '../model/offer';
import { type Fix, sleptFor } from '../model/position';
import { isEngaged } from '../model/offer';
import { inHand, ringOf, screenOf } from '../model/screen';
import { type AideState, initialState, type Leaf, type Person, type Travel } from '../model/state';
import { asPerson } from './as-person';
import { watchBattery } from './battery';
import { Bell } from './bell';
import { openDatabase } from './database';
import { sendDistress } from './distress';
import { setDuty } from './duty';
import { Feed } from './feed';
import { handOver, type HandoverBody, type HandoverResult } from './handover';
import { Keep } from './keep';
import { Leaving } from './leaving';
import { memory } from './memory';
import { readMonth } from './month';
import { createOffers, type Offers } from './offers';
import { type Alone, Outbox, type Said } from './outbox';
import { diskStorage } from './outbox-storage';
import { Positions } from './positions';
import { Push, type PushBrowser } from './push';
import { type Phone, SelfTestRun } from './self-test';
import { type LoginProblem, logIn, resume } from './session';
import { SignOfLife } from './sign-of-life';
import { createStore, type Store } from './store';
import { WakeLock } from './wake-lock';

/** Ringing must begin and end also while nothing else changes. */
const RING_CHECK_MS = 500;

/** How often what is kept of the work in hand is dated anew, while the centre is heard. */
const KEEP_EVERY_MS = 60_000;

/** The name of the lock and of the channel between the pages of one phone. */
const OUTBOX = 'silverbell-aide-outbox';

/** The page's parts put together: what the screens may look at and do. */
export class Aide {
  readonly store: Store;
  readonly #clock = new ServerClock();
  readonly #api: Api;
  readonly #push: Push;
  readonly #signOfLife: SignOfLife;
  readonly #leaving: Leaving;
  readonly #offers: Offers;
  readonly #feed: Feed;
  readonly #bell: Bell;
  readonly #positions: Positions;
  readonly #wakeLock: WakeLock;
  /** The self-test at the start of a shift. */
  readonly selfTest: SelfTestRun;
  /** Both are there once the phone's storage is open, before anybody is logged in. */
  #outbox: Outbox | null = null;
  #keep: Keep | null = null;
  #live = false;
  /** Undefined until it is known whether anybody is logged in. */
  #user: string | null | undefined;
  #kept: { offers: AideState['offers']; at: number } = { offers: [], at: 0 };
  #ticked = Date.now();
  #feeding = false;
  #sharing = false;
  #held = memory.held();

  constructor() {
    const store = createStore(initialState(memory.travel(), memory.held()));
    this.store = store;
    this.#api = createApi({
      timeout_ms: 8_000,
      // Good to a second, and there before the first heartbeat: on a phone that is an hour fast an offer
      // would count as lapsed until then, and nothing would ring.
      onDate: (date) => {
        if (this.#clock.pcAhead_ms() === null) this.#clock.hear(date);
      },
      onUnauthorized: () => {
        const ended = store.get().session.phase === 'in';
        if (ended) store.tell({ type: 'session', session: { phase: 'out', why: 'ended' } });
      },
    });
    this.#push = new Push({ api: this.#api, browser: pushBrowser(), onState: (push) => store.tell({ type: 'push', push }) });
    this.#signOfLife = new SignOfLife(this.#api, () => Date.now());
    this.#leaving = new Leaving({ api: this.#api, left: memory.left, setLeft: memory.setLeft });
    this.#offers = createOffers(this.#api, store);
    this.#feed = new Feed(this.#api, store, this.#clock, this.#offers);
    this.#bell = new Bell((bell) => store.tell({ type: 'bell', bell }));
    this.#wakeLock = new WakeLock(memory.awake(), (awake) => store.tell({ type: 'awake', awake }));
    this.selfTest = new SelfTestRun(this.#api, store, this.#phone(), (at) => {
      const { session } = store.get();
      if (session.phase === 'in') memory.setTestedAt(session.user.id, at);
    });
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
  async start(): Promise<void> {
    const database = await openDatabase();
    this.#keep = new Keep(database);
    this.#outbox = this.#openOutbox(database === null ? null : diskStorage(database));
    this.store.subscribe(() => this.#follow());
    setInterval(() => this.#tick(), RING_CHECK_MS);
    addEventListener('online', () => this.#wake());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState !== 'visible') return;
      this.#giveSign();
      this.#wake();
      void this.#wakeLock.follow();
    });
    // Any tap will do; browsers ask only that there was one.
    addEventListener('click', () => void this.#bell.unlock());
    for (const sign of ['pointerdown', 'keydown'] as const) addEventListener(sign, () => this.#giveSign(), { capture: true });
    void watchBattery((battery) => this.store.tell({ type: 'battery', battery }));
    memory.onPerson(() => this.#resume(null));
    this.#resume(memory.person());
  }

  /** The server's time, Unix milliseconds. */
  now(): number {
    return this.#clock.now();
  }

  /** Whoever used the phone before is logged out first: their session goes with their cookie. */
  async logIn(username: string, password: string): Promise<LoginProblem | null> {
    await this.#leaving.settle();
    const problem = await logIn(this.#api, this.store, username, password);
    if (problem === null) this.#leaving.forget();
    return problem;
  }

  /** Shows nothing of the person from now on, and goes off duty, so that nobody waits for this phone. */
  logOut(): void {
    const { on, travel } = this.store.get().duty;
    void this.#leaving.begin({ offDuty: on === true ? travel : null });
    this.store.tell({ type: 'session', session: { phase: 'out', why: 'fresh' } });
  }

  setDuty(on: boolean, travel: Travel): Promise<void> {
    return setDuty(this.#api, this.store, on, travel);
  }

  take(offer: string, step: Step, said?: Said): void {
    void this.#outbox?.take(offer, step, said);
  }

  takeBack(key: string): void {
    void this.#outbox?.takeBack(key);
  }

  /** Reads a door code; it is never kept. A failure is its status, 0 without an answer. */
  async readCode(key: string, ticket: string): Promise<{ code: string } | { status: number }> {
    try {
      return await this.#api.post<{ code: string }>(`/v1/keys/${key}/code`, { ticket }, { idempotencyKey: null });
    } catch (error) {
      return { status: error instanceof ApiError ? error.status : 0 };
    }
  }

  /** Returns the way to the door as one would go now; `unknown` while nobody knows the place, null without an answer. */
  async readWay(offer: string): Promise<Way | 'unknown' | null> {
    try {
      return await this.#api.get<Way>(`/v1/offers/${offer}/route`);
    } catch (error) {
      return error instanceof ApiError && error.status === 409 ? 'unknown' : null;
    }
  }

  /** Returns the streets that can be drawn; null where there are none. */
  async readMap(): Promise<MapTiles | null> {
    return (await this.#api.get<MapInfo>('/v1/map')).tiles;
  }

  /** Sends a photo; returns null, or the status of the failure, 0 without an answer. */
  async sendPhoto(offer: string, ticket: string, what: string, bytes: Blob, key: string): Promise<number | null> {
    try {
      await this.#api.postBytes<Ticket>(`/v1/tickets/${ticket}/photos?what=${what}`, bytes, key);
    } catch (error) {
      return error instanceof ApiError ? error.status : 0;
    }
    // That it came is on the ticket, which the feed tells as well.
    await this.#offers.read(offer).catch(() => undefined);
    return null;
  }

  acknowledge(id: string): void {
    this.store.tell({ type: 'acknowledge', id });
  }

  /** The aide has read that a step did not count. */
  acknowledgeRefusal(verdict: string): void {
    void this.#outbox?.acknowledge(verdict);
  }

  /** Keeps the glass lit on duty, or no longer. */
  keepAwake(awake: boolean): void {
    memory.setAwake(awake);
    this.#wakeLock.allow(awake);
  }

  forgetUnshared(): void {
    this.store.tell({ type: 'unshared', for_ms: null });
  }

  /** The own SOS: sent until somebody has it. The phone shakes once, so that the hand knows. */
  callForHelp(): void {
    navigator.vibrate?.(200);
    void sendDistress(this.#api, this.store, () => this.now());
  }

  putDistressAway(): void {
    this.store.tell({ type: 'distress', distress: { kind: 'none' } });
  }

  handOver(ticket: string, body: HandoverBody): Promise<HandoverResult> {
    return handOver(this.#api, this.store, ticket, body);
  }

  locateAgain(): void {
    this.#positions.start();
  }

  tryBell(): void {
    // A bell that was blocked until this touch is struck when it is free.
    void this.#bell.unlock().then(() => this.#bell.once('offer'));
  }

  /** Lets the centre wake this phone; asked for by a tap. */
  allowPush(): void {
    void this.#push.allow();
  }

  /** Opens what is looked at between two jobs; null closes it. */
  open(leaf: Leaf | null): void {
    this.store.tell({ type: 'leaf', leaf });
  }

  readMonth(month: string): void {
    void readMonth(this.#api, this.store, month);
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
    this.#followPerson(state);
    const sharing = inside && (state.duty.on === true || inHand(state).some(({ offer }) => isEngaged(offer)));
    if (sharing !== this.#sharing) {
      this.#sharing = sharing;
      if (sharing) this.#positions.start();
      else this.#positions.stop();
      this.#wakeLock.want(sharing);
      if (!sharing) this.forgetUnshared();
    }
    const live = state.live.state === 'live';
    if (live && !this.#live) this.#outbox?.wake();
    this.#live = live;
    this.#keepOffers(state);
    const held = heldOf(state);
    if (held !== this.#held) memory.setHeld((this.#held = held));
    this.#ring();
  }

  /** Whoever logs in finds their own steps and offers again; whoever is out leaves nothing open. */
  #followPerson({ session, duty }: AideState): void {
    if (session.phase === 'checking') return;
    const person = session.phase === 'in' ? session.user : null;
    if (duty.on !== null) memory.setOnDuty(person === null ? null : duty.on);
    const user = person?.id ?? null;
    if (user === this.#user) return;
    this.#user = user;
    memory.setPerson(person);
    this.store.tell({ type: 'self_test', selfTest: { at: person === null ? null : memory.testedAt(person.id) } });
    if (person === null) this.open(null);
    if (person === null) {
      this.#keep?.erase();
      return;
    }
    void this.#recall(person.id);
    if (person.responder !== null) void this.#push.start();
  }

  async #recall(user: string): Promise<void> {
    const on = memory.onDuty();
    await this.#outbox?.refresh();
    const remembered = await this.#keep?.recall(user, Date.now());
    const { session } = this.store.get();
    if (session.phase !== 'in' || session.user.id !== user) return;
    this.store.tell({ type: 'recalled', offers: remembered?.offers ?? [], on, at: remembered?.at ?? null });
    this.#outbox?.wake();
  }

  /** The work in hand is kept, sealed, while it is in hand and somebody is logged in. */
  #keepOffers({ session, offers, live }: AideState): void {
    const now = Date.now();
    const isKept = offers === this.#kept.offers && (live.state !== 'live' || now - this.#kept.at < KEEP_EVERY_MS);
    if (session.phase !== 'in' || isKept || live.lastHeardAt === null) return;
    this.#kept = { offers, at: now };
    if (offers.length === 0) this.#keep?.erase();
    else this.#keep?.save({ user: session.user.id, offers, at: live.lastHeardAt });
  }

  #phone(): Phone {
    return {
      ring: () => {
        this.tryBell();
        return this.#bell.can;
      },
      askNotifications: typeof Notification === 'undefined' ? null : () => Notification.requestPermission(),
      geolocation: isSecureContext && 'geolocation' in navigator ? navigator.geolocation : null,
      keeps: () => this.store.get().outbox.keptIn === 'phone',
    };
  }

  #openOutbox(storage: ReturnType<typeof diskStorage> | null): Outbox {
    const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(OUTBOX);
    const locks = (navigator as { locks?: LockManager }).locks;
    const alone: Alone | undefined = locks === undefined ? undefined : (work) => locks.request(OUTBOX, work);
    const outbox = new Outbox({
      api: asPerson(this.#api, this.store),
      store: this.store,
      offers: this.#offers,
      storage,
      now: () => this.now(),
      isHere: (user) => memory.person()?.id === user,
      ...(alone === undefined ? {} : { alone }),
      onChange: () => channel?.postMessage(null),
    });
    if (channel !== null) {
      channel.onmessage = () => {
        this.#feed.wake();
        void outbox.refresh();
      };
    }
    return outbox;
  }

  /** Takes up the session; of somebody who has left it is ended instead. */
  #resume(last: Person | null): void {
    if (!this.#leaving.isUnderWay) return void resume(this.#api, this.store, last);
    this.store.tell({ type: 'session', session: { phase: 'out', why: 'fresh' } });
    void this.#leaving.settle();
  }

  /** Somebody touches the glass, or has just brought the page to the front. */
  #giveSign(): void {
    const screen = screenOf(this.store.get(), this.now());
    this.#signOfLife.given(screen.name === 'offer' ? screen.file.offer.id : null);
  }

  /** The network may be back. */
  #wake(): void {
    void this.#leaving.settle();
    this.#feed.wake();
    this.#outbox?.wake();
  }

  #tick(): void {
    const now = Date.now();
    const slept = sleptFor(this.#ticked, now);
    this.#ticked = now;
    if (slept !== null && this.#sharing) this.store.tell({ type: 'unshared', for_ms: slept });
    this.#ring();
  }

  #ring(): void {
    const [state, now] = [this.store.get(), this.now()];
    this.#bell.ring(ringOf(screenOf(state, now), state, now));
  }

  async #postPosition({ lat, lon, accuracy_m, at }: Fix): Promise<void> {
    // To the metre, and without a key: whoever pays for the bytes sends no digits that mean nothing, and a
    // position that did not arrive is followed by a newer one.
    const [place, radius_m] = [{ lat: toMetre(lat), lon: toMetre(lon) }, Math.round(accuracy_m)];
    const positions = [{ ...place, accuracy_m: radius_m, at: new Date(at).toISOString() }];
    await this.#api.post('/v1/me/positions', { positions }, { idempotencyKey: null });
  }
}

/** Returns degrees with five decimals: about a metre. */
function toMetre(degrees: number): number {
  return Math.round(degrees * 1e5) / 1e5;
}

/** The offer to ask after should this page be closed now. */
function heldOf(state: AideState): string | null {
  return state.offers[0]?.offer.id ?? state.held;
}

function pushBrowser(): PushBrowser {
  const container = (navigator as { serviceWorker?: ServiceWorkerContainer }).serviceWorker;
  const canNotify = typeof Notification !== 'undefined';
  return {
    manager: () => (container === undefined || !('PushManager' in globalThis) ? null : container.ready.then(({ pushManager }) => pushManager)),
    permission: () => (canNotify ? Notification.permission : null),
    ask: () => Notification.requestPermission(),
  };
}
