import { type Api, ApiError } from '../../shared/api';
import { uuid } from '../../shared/uuid';
import { lostWhy, isActive, type Step } from '../model/offer';
import {
  hangingOn,
  heldFor,
  type Kept,
  MOST_WAITING,
  nextOf,
  outdated,
  pauseAfter,
  type Verdict,
  type Waiting,
  waitsAlready,
} from '../model/outbox';
import type { Offers } from './offers';
import { type OutboxStorage, memoryStorage } from './outbox-storage';
import { type Sent, sendOnce } from './send';
import { seal, unseal } from './sealed';
import type { Store } from './store';

export interface OutboxOptions {
  api: Pick<Api, 'post'>;
  store: Store;
  offers: Offers;
  /** The phone's; null where it keeps nothing for us. */
  storage: OutboxStorage | null;
  /** Server's time. */
  now: () => number;
  /** Whose cookie the browser sends: another page of this phone may have logged somebody else in. */
  isHere: (user: string) => boolean;
  /** Lets one page of this phone at a time do something. */
  alone?: Alone;
  /** Tells the other pages of this phone that something changed. */
  onChange?: () => void;
  wait?: (ms: number, woken: AbortSignal) => Promise<void>;
}

/** What is said with a step. */
export interface Said {
  /** Why, with a refusal. */
  reason?: string | null;
  /** What is told of a senior. */
  content?: object;
}

export type Alone = (work: () => Promise<Round>) => Promise<Round>;

/** What became of a turn at sending. */
type Round = 'nothing' | 'answered' | 'unanswered' | 'held';

/**
 * The steps on their way to the server. Each is kept before it is sent, and sent in the order of the
 * taps, one at a time, with its own key, until the server has answered.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  #storage: OutboxStorage;
  #keptIn: 'phone' | 'page';
  /** Tapped and not on the disk yet: on the screen at once. */
  #arriving: Waiting[] = [];
  #running = false;
  /** Somebody tapped or woke while a round was ending. */
  #due = false;
  #pause: AbortController | null = null;
  /** How long the step that is next is still held, milliseconds. */
  #held_ms = 0;
  /** What may have reached the centre, answer or not. */
  readonly #tried = new Set<string>();
  /** One after the other, in the order of the taps: sealing takes a moment. */
  #adding: Promise<void> = Promise.resolve();

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#storage = options.storage ?? memoryStorage();
    this.#keptIn = options.storage === null ? 'page' : 'phone';
  }

  /** Takes a step: on the screen at once, then on the disk, then on its way. */
  async take(offer: string, step: Step, { reason = null, content }: Said = {}): Promise<void> {
    const { store } = this.#options;
    const user = this.#user();
    const { waiting } = store.get().outbox;
    if (user === null || waitsAlready({ user, offer, step }, waiting)) return;
    if (waiting.length >= MOST_WAITING) return store.tell({ type: 'outbox_full', full: true });
    const entry: Waiting = { key: uuid(), user, offer, step, reason, at: this.#options.now() };
    this.#arriving = [...this.#arriving, entry];
    this.#tell({ waiting: [...waiting, entry], verdicts: store.get().outbox.told });
    this.#adding = this.#adding.then(async () => {
      const kept = content === undefined ? entry : { ...entry, content: await this.#sealed(content) };
      await this.#change((storage) => storage.add(kept));
    });
    await this.#adding;
    this.#arriving = this.#arriving.filter(({ key }) => key !== entry.key);
    this.wake();
  }

  /** Takes the last step back, as long as it is held: nobody has been told of it. */
  async takeBack(key: string): Promise<void> {
    const { alone = (work) => work() } = this.#options;
    await alone(async () => {
      const { waiting } = await this.#kept();
      const entry = waiting.find((known) => known.key === key);
      if (entry === undefined || this.#tried.has(key) || heldFor(entry, waiting, this.#options.now()) === 0) return 'nothing';
      await this.#change((storage) => storage.remove([key]));
      await this.refresh();
      return 'answered';
    });
    this.#options.onChange?.();
  }

  /** The aide has read that a step did not count. */
  async acknowledge(verdict: string): Promise<void> {
    await this.#change((storage) => storage.remove([verdict]));
    await this.refresh();
    this.#options.onChange?.();
  }

  /** Tries now: the network is back, somebody logged in, or the page is looked at again. */
  wake(): void {
    this.#due = true;
    this.#pause?.abort();
    if (!this.#running) void this.#run();
  }

  /** Looks again at what is kept: another page of this phone, or another person, changed it. */
  async refresh(): Promise<void> {
    const kept = await this.#kept();
    const user = this.#options.store.get().lastUser;
    const old = outdated(user, kept, this.#options.now());
    if (old.length > 0) await this.#change((storage) => storage.remove(old));
    const own = (entry: { user: string }): boolean => entry.user === user;
    const late = this.#arriving.filter(({ key }) => !kept.waiting.some((entry) => entry.key === key));
    this.#tell({ waiting: [...kept.waiting, ...late].filter(own), verdicts: kept.verdicts.filter(own) });
  }

  async #run(): Promise<void> {
    const { alone = (work) => work(), wait = sleep } = this.#options;
    this.#running = true;
    for (let attempt = 1; ; ) {
      this.#due = false;
      const round = await alone(() => this.#sendNext()).catch((): Round => 'unanswered');
      if (round === 'nothing' && !this.#due) break;
      if (round === 'nothing' || round === 'answered') {
        attempt = 1;
        continue;
      }
      this.#pause = new AbortController();
      if (!this.#due) await wait(round === 'held' ? this.#held_ms : pauseAfter(attempt), this.#pause.signal);
      attempt = this.#due || round === 'held' ? 1 : attempt + 1;
      this.#pause = null;
    }
    this.#running = false;
  }

  /** Sends what is next. What another page sent meanwhile is gone from the disk, and not sent again. */
  async #sendNext(): Promise<Round> {
    const user = this.#user();
    const { waiting } = await this.#kept();
    const entry = user === null || !this.#options.isHere(user) ? null : nextOf(user, waiting);
    if (entry === null) {
      await this.refresh();
      return 'nothing';
    }
    this.#held_ms = heldFor(entry, [...waiting, ...this.#arriving], this.#options.now());
    if (this.#held_ms > 0) return 'held';
    this.#tried.add(entry.key);
    const path = `/v1/offers/${entry.offer}/${entry.step}`;
    const body = await this.#bodyOf(entry);
    if (body === null) {
      await this.#refuse(entry, 'unread', 0);
      return 'answered';
    }
    const sent = await sendOnce(this.#options.api, path, body, entry.key);
    const round = await this.#settle(entry, sent);
    if (round === 'answered') this.#options.onChange?.();
    return round;
  }

  /** Where nothing can be sealed nothing is left on the phone: the page remembers by itself, and says so. */
  async #sealed(content: object): Promise<NonNullable<Waiting['content']>> {
    const sealed = await seal(content).catch(() => null);
    if (sealed !== null) return sealed;
    if (this.#keptIn === 'phone') this.#fallBack();
    return { plain: content };
  }

  /** Returns what a step says; null when that cannot be read any more. */
  async #bodyOf({ reason, content }: Waiting): Promise<object | null> {
    if (content === undefined) return reason === null ? {} : { reason };
    return 'plain' in content ? content.plain : unseal(content);
  }

  async #settle(entry: Waiting, sent: Sent): Promise<Round> {
    const { offers, store } = this.#options;
    switch (sent.kind) {
      case 'unanswered':
        return 'unanswered';
      case 'ok':
        // Told first: the screen takes no step back between the two.
        offers.heed(entry.offer, sent.body);
        await this.#change((storage) => storage.remove([entry.key]));
        await this.refresh();
        return 'answered';
      case 'refused':
        // Nobody is logged in: it waits for the same person.
        if (sent.status === 401) return 'nothing';
        if (sent.status === 403 || sent.status === 404) {
          await this.#refuse(entry, 'gone', sent.status);
          store.tell({ type: 'gone', offer: entry.offer });
        } else {
          await this.#refuse(entry, 'refused', sent.status);
        }
        return 'answered';
      case 'conflict':
        try {
          const file = await offers.fromConflict(entry.offer, sent.current);
          await this.#refuse(entry, isActive(file.offer) ? 'other' : lostWhy(file), 409);
          store.tell({ type: 'offer', file });
        } catch (error) {
          if (!(error instanceof ApiError) || (error.status !== 403 && error.status !== 404)) return 'unanswered';
          await this.#refuse(entry, 'gone', error.status);
          store.tell({ type: 'gone', offer: entry.offer });
        }
        return 'answered';
    }
  }

  /** The server said no: the step and what hung on it make room for the truth, in one stroke. */
  async #refuse(entry: Waiting, why: Verdict['why'], status: number): Promise<void> {
    const { key: id, user, offer, step, at } = entry;
    const hanging = hangingOn(entry, [...(await this.#kept()).waiting, ...this.#arriving]);
    const verdict: Verdict = { id, user, offer, step, at, why, status, dropped: hanging.map((late) => late.step) };
    const gone = [id, ...hanging.map(({ key }) => key)];
    await this.#change((storage) => storage.remove(gone, verdict));
    await this.refresh();
  }

  /** Whoever is logged in on this page; null when nobody is. */
  #user(): string | null {
    const { session } = this.#options.store.get();
    return session.phase === 'in' ? session.user.id : null;
  }

  #tell({ waiting, verdicts }: Kept): void {
    this.#options.store.tell({ type: 'outbox', waiting, verdicts, keptIn: this.#keptIn });
  }

  async #kept(): Promise<Kept> {
    try {
      return await this.#storage.read();
    } catch {
      this.#fallBack();
      return this.#storage.read();
    }
  }

  async #change(change: (storage: OutboxStorage) => Promise<void>): Promise<void> {
    try {
      await change(this.#storage);
    } catch {
      this.#fallBack();
      await change(this.#storage);
    }
  }

  /** The disk is full or closed to us: from here on the page remembers by itself, and says so. */
  #fallBack(): void {
    const { waiting, told } = this.#options.store.get().outbox;
    const arriving = new Set(this.#arriving.map(({ key }) => key));
    this.#storage = memoryStorage({ waiting: waiting.filter(({ key }) => !arriving.has(key)), verdicts: told });
    this.#keptIn = 'page';
  }
}

/** Waits, or is woken. */
function sleep(ms: number, woken: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    woken.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
