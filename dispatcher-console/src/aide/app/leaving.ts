import { type Api, ApiError } from '../../shared/api';
import type { Travel } from '../model/state';

/** Pauses between two attempts while there is no signal, milliseconds; the last one is repeated. */
const PAUSES_MS = [2_000, 5_000, 15_000, 60_000] as const;

/** What outlives a reload of somebody who left: how they travelled, if they have still to go off duty. */
export interface Left {
  offDuty: Travel | null;
}

interface Options {
  api: Pick<Api, 'put' | 'delete'>;
  left: () => Left | null;
  setLeft: (left: Left | null) => void;
}

/**
 * Ends the session of somebody who logged out. The glass is empty at once; the server hears of it as soon as
 * there is a signal, also after a reload, and before anybody else logs in on this phone.
 */
export class Leaving {
  readonly #options: Options;
  #attempt: Promise<void> | null = null;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Whether somebody has left of whom the server may not know it yet: nobody is logged in here. */
  get isUnderWay(): boolean {
    return this.#options.left() !== null;
  }

  begin(left: Left): Promise<void> {
    this.#options.setLeft(left);
    this.#failures = 0;
    return this.settle();
  }

  /** Tries once, now. */
  settle(): Promise<void> {
    const left = this.#options.left();
    if (left === null) return Promise.resolve();
    clearTimeout(this.#timer);
    this.#attempt ??= this.#try(left).finally(() => (this.#attempt = null));
    return this.#attempt;
  }

  /** Somebody has logged in: the cookie is theirs, and is not to be ended. */
  forget(): void {
    clearTimeout(this.#timer);
    this.#options.setLeft(null);
  }

  async #try({ offDuty }: Left): Promise<void> {
    const { api, setLeft } = this.#options;
    try {
      if (offDuty !== null) await api.put('/v1/me/duty', { on_duty: false, travel: offDuty });
      await api.delete('/v1/session');
      setLeft(null);
    } catch (error) {
      // Nobody is logged in any more: that is what was wanted.
      if (error instanceof ApiError && error.status === 401) return setLeft(null);
      const pause_ms = PAUSES_MS[Math.min(this.#failures, PAUSES_MS.length - 1)];
      this.#failures += 1;
      this.#timer = setTimeout(() => void this.settle(), pause_ms);
    }
  }
}
