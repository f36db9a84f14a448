import type { Api } from '../../shared/api';

/** What could not be sent is tried again with the next sign, not sooner than this, milliseconds. */
const AGAIN_MS = 3_000;

/**
 * Tells the centre that a person has the offer before them: the glass was touched, or the page was brought to
 * the front, while it was shown. Then no text and no call are needed. That a page lies open somewhere is no
 * sign of life.
 */
export class SignOfLife {
  readonly #api: Pick<Api, 'post'>;
  readonly #now: () => number;
  /** Offers that were told, and when. */
  readonly #told = new Map<string, number>();

  constructor(api: Pick<Api, 'post'>, now: () => number) {
    this.#api = api;
    this.#now = now;
  }

  /** Somebody gave a sign while this offer was shown; null: while none was. */
  given(offer: string | null): void {
    if (offer === null) return;
    const told = this.#told.get(offer);
    if (told !== undefined && this.#now() - told < AGAIN_MS) return;
    if (told === Infinity) return;
    this.#told.set(offer, this.#now());
    this.#api.post(`/v1/offers/${offer}/seen`, {}, { idempotencyKey: null }).then(
      () => this.#told.set(offer, Infinity),
      () => undefined,
    );
  }
}
