import type { AwakeState } from '../model/state';

/** Keeps the glass lit while on duty: a dark phone's page sleeps, and rings for nobody. */
export class WakeLock {
  readonly #onState: (state: AwakeState) => void;
  #wanted = false;
  #allowed: boolean;
  #lock: WakeLockSentinel | null = null;
  #asking = false;

  constructor(allowed: boolean, onState: (state: AwakeState) => void) {
    this.#allowed = allowed;
    this.#onState = onState;
  }

  /** Whether the work asks for it. */
  want(wanted: boolean): void {
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    void this.follow();
  }

  /** The aide's own choice: a battery is a battery. */
  allow(allowed: boolean): void {
    this.#allowed = allowed;
    void this.follow();
  }

  /** Takes the lock again, or lets it go; the phone takes it away whenever the page is hidden. */
  async follow(): Promise<void> {
    const keeper = (navigator as { wakeLock?: Navigator['wakeLock'] }).wakeLock;
    if (!this.#wanted || !this.#allowed) {
      void this.#lock?.release().catch(() => undefined);
      this.#lock = null;
      return this.#onState(this.#wanted ? 'unwanted' : 'off');
    }
    if (keeper === undefined) return this.#onState('missing');
    if (document.visibilityState !== 'visible' || this.#lock?.released === false || this.#asking) return;
    this.#asking = true;
    try {
      const lock = await keeper.request('screen');
      this.#lock = lock;
      lock.onrelease = () => {
        // Hidden pages lose it and ask again when they are looked at; a flat battery says no.
        if (this.#lock === lock && document.visibilityState === 'visible') this.#onState('refused');
      };
      this.#onState('held');
    } catch {
      this.#onState('refused');
    } finally {
      this.#asking = false;
    }
    // What was asked for may have changed meanwhile.
    if (!this.#wanted || !this.#allowed) await this.follow();
  }
}
