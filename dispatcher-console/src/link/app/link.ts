import type { Offer } from '../../generated/Offer';
import type { OfferFile } from '../../generated/OfferFile';
import type { Step } from '../../aide/model/offer';
import { type Api, ApiError } from '../../shared/api';
import { offerOf } from '../model/ask';
import { failed, FIRST, heard, pauseOf, type State, tooLate } from '../model/state';

/** What the page has of the world outside; all of it is made up in tests. */
export interface Outside {
  api: Pick<Api, 'get' | 'post'>;
  /** The server's time, Unix milliseconds. */
  now: () => number;
  /** Whether nobody looks at the page. */
  isHidden: () => boolean;
  wait: (ms: number) => Promise<void>;
  /** The link was opened: its secret leaves the address. */
  opened: () => void;
}

/** Between the tries of a step that got no answer, milliseconds; the last again and again, some minutes long. */
const PAUSES_MS = [1_000, 2_000, 4_000, 5_000];
const MOST_TRIES = 60;

/** The one offer of a link: opens it, keeps it true, and takes its steps. Nothing of it outlives the page. */
export class Link {
  readonly #outside: Outside;
  readonly #token: string | null;
  /** The same for every try of this page: a repetition is the same phone. */
  readonly #key: string;
  #state: State = FIRST;
  #listeners = new Set<() => void>();
  /** Counts the rounds of asking: a newer one ends the older. */
  #round = 0;
  #centre: string | null = null;

  constructor(outside: Outside, token: string | null, key: string) {
    this.#outside = outside;
    this.#token = token;
    this.#key = key;
  }

  get state(): State {
    return this.#state;
  }

  /** How the centre is called, null when nobody said. */
  get centre(): string | null {
    return this.#centre;
  }

  now(): number {
    return this.#outside.now();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Looks whether this phone has the right already. That opens nothing: the tap does. */
  async start(): Promise<void> {
    void this.#askForCentre();
    try {
      const file = await this.#outside.api.get<OfferFile>('/v1/offer-links/offer');
      // Another link than the one before was tapped.
      if (this.#token !== null && offerOf(this.#token) !== file.offer.id) return this.#set({ ...this.#state, phase: 'closed' });
      this.#opened(file);
    } catch (error) {
      if (this.#token !== null) return this.#set({ ...this.#state, phase: 'closed' });
      if (statusOf(error) === 401) return this.#set(failed(this.#state, 'nobody'));
      this.#set({ ...this.#state, phase: 'checking', lostSince: this.#outside.now() });
      void this.#lookAgain();
    }
  }

  /** Opens the link, by a tap. */
  async open(): Promise<void> {
    if (this.#token === null || this.#state.opening) return;
    this.#set({ ...this.#state, opening: true });
    try {
      const body = { token: this.#token };
      this.#opened(await this.#outside.api.post<OfferFile>('/v1/offer-links/open', body, { idempotencyKey: this.#key }));
    } catch (error) {
      const status = statusOf(error);
      if (status === 409 && error instanceof ApiError && isOffer(error.current)) return this.#set(tooLate(this.#state, error.current));
      if (status === 403) return this.#set(failed(this.#state, 'elsewhere'));
      if (status === 400 || status === 404 || status === 422) return this.#set(failed(this.#state, 'invalid'));
      this.#set({ ...this.#state, opening: false, lostSince: this.#outside.now() });
    }
  }

  /** Takes a step, and goes on trying while no answer comes: taken twice it is taken once. */
  async take(step: Step, reason?: string): Promise<void> {
    if (this.#state.phase !== 'in' || this.#state.pending !== null) return;
    this.#set({ ...this.#state, pending: step, refused: null });
    for (let tries = 1; tries <= MOST_TRIES && this.#state.pending === step; tries += 1) {
      try {
        const body = reason === undefined ? {} : { reason };
        const file = await this.#outside.api.post<OfferFile>(`/v1/offer-links/${step}`, body);
        this.#set(heard({ ...this.#state, pending: null }, file, this.#outside.now()));
        // What was asked before the step is answered too late to count.
        this.#round += 1;
        if (this.#state.phase === 'in') void this.#lookFrom(this.#round);
        return;
      } catch (error) {
        const status = statusOf(error);
        if (status === 401) return this.#set(failed(this.#state, 'nobody'));
        const isPassing = status === 0 || status === 429 || status >= 500;
        if (!isPassing) {
          this.#set({ ...this.#state, pending: null, refused: step });
          return this.look();
        }
        this.#set({ ...this.#state, lostSince: this.#state.lostSince ?? this.#outside.now() });
      }
      await this.#outside.wait(PAUSES_MS[Math.min(tries, PAUSES_MS.length) - 1] ?? 5_000);
    }
    if (this.#state.pending === step) this.#set({ ...this.#state, pending: null, refused: step });
  }

  /** Asks for the offer now, and from then on again and again. */
  async look(): Promise<void> {
    this.#round += 1;
    const round = this.#round;
    await this.#ask(round);
    await this.#lookFrom(round);
  }

  async #lookFrom(round: number): Promise<void> {
    for (;;) {
      const pause = pauseOf(this.#state, this.#outside.isHidden());
      if (pause === null) return;
      await this.#outside.wait(pause);
      if (round !== this.#round) return;
      await this.#ask(round);
    }
  }

  async #ask(round: number): Promise<void> {
    try {
      const file = await this.#outside.api.get<OfferFile>('/v1/offer-links/offer');
      // An answer from before a step says less than the answer to the step.
      if (round === this.#round && this.#state.pending === null) this.#set(heard(this.#state, file, this.#outside.now()));
    } catch (error) {
      if (round !== this.#round) return;
      if (statusOf(error) === 401) return this.#set(failed(this.#state, 'nobody'));
      this.#set({ ...this.#state, lostSince: this.#state.lostSince ?? this.#outside.now() });
    }
  }

  /** Without a link in the address, and without a signal: until either is known. */
  async #lookAgain(): Promise<void> {
    for (let tries = 0; tries < MOST_TRIES && this.#state.phase === 'checking'; tries += 1) {
      await this.#outside.wait(3_000);
      await this.#ask(this.#round);
    }
    if (this.#state.phase === 'in') void this.look();
  }

  async #askForCentre(): Promise<void> {
    try {
      this.#centre = (await this.#outside.api.get<{ phone: string | null }>('/v1/centre')).phone;
      this.#set(this.#state);
    } catch {
      // The page then says to call the centre, without its number.
    }
  }

  #opened(file: OfferFile): void {
    this.#outside.opened();
    this.#set(heard(this.#state, file, this.#outside.now()));
    this.#round += 1;
    void this.#lookFrom(this.#round);
  }

  #set(state: State): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

/** The status of a problem; 0 when no answer came, or none that can be read. */
function statusOf(error: unknown): number {
  return error instanceof ApiError ? error.status : 0;
}

function isOffer(value: unknown): value is Offer {
  return typeof value === 'object' && value !== null && 'status' in value && 'deadline' in value;
}
