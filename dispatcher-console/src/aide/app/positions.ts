import { distance_m, type Doubt, doubtOf, type Fix, isBelieved, isReportDue, type PositionState, type Sent } from '../model/position';

/** How often it is looked whether a position is due. */
const TICK_MS = 5_000;
/** Without news for so long the phone is asked where it is: watching tells nothing at rest. */
const ASK_AFTER_MS = 45_000;
/** A phone whose own stamps are further off than this counts in another epoch (GPS week roll-over). */
const SANE_STAMP_MS = 600_000;

/** An answer is no older than this when the phone was asked. */
const FRESH_MS = 5_000;

const OPTIONS: PositionOptions = { enableHighAccuracy: true, maximumAge: FRESH_MS, timeout: 30_000 };

export interface PositionsOptions {
  /** Undefined where the browser has none. */
  geolocation: Geolocation | undefined;
  secure: boolean;
  /** Sends positions; rejects when they did not arrive. */
  post: (fix: Fix) => Promise<void>;
  /** Server's time. */
  now: () => number;
  /** The phone's own time, in which its positions are stamped. */
  wall: () => number;
  onState: (state: PositionState) => void;
}

/** Watches where the phone is while on duty, and reports it no more often than needed. */
export class Positions {
  readonly #options: PositionsOptions;
  #watch: number | null = null;
  #tick: ReturnType<typeof setInterval> | undefined;
  #fix: Fix | null = null;
  #doubt: Doubt | null = null;
  #sent: Sent | null = null;
  #posting = false;

  constructor(options: PositionsOptions) {
    this.#options = options;
  }

  /** Starts, or starts again after the aide changed a permission. */
  start(): void {
    this.stop();
    const { geolocation, secure, onState } = this.#options;
    if (!secure) return onState({ kind: 'blocked', why: 'insecure' });
    if (geolocation === undefined) return onState({ kind: 'blocked', why: 'unsupported' });
    onState({ kind: 'asking' });
    this.#watch = geolocation.watchPosition(this.#found, this.#failed, OPTIONS);
    this.#tick = setInterval(() => this.#onTick(geolocation), TICK_MS);
  }

  stop(): void {
    if (this.#watch !== null) this.#options.geolocation?.clearWatch(this.#watch);
    clearInterval(this.#tick);
    this.#watch = null;
    this.#fix = null;
    this.#doubt = null;
    this.#sent = null;
    this.#options.onState({ kind: 'off' });
  }

  #onTick(geolocation: Geolocation): void {
    const age = this.#fix === null ? Infinity : this.#options.now() - this.#fix.at;
    if (age > ASK_AFTER_MS || this.#doubt !== null) geolocation.getCurrentPosition(this.#answered, this.#failed, OPTIONS);
    // Some phones say nothing more while they lie still.
    if (this.#doubt !== null && isBelieved(this.#doubt, this.#options.now())) {
      this.#fix = this.#doubt.fix;
      this.#doubt = null;
    }
    void this.#report();
  }

  readonly #found = (position: GeolocationPosition): void => this.#take(position, SANE_STAMP_MS);

  /** Some phones stamp each answer alike: whoever lies still would be where nobody knows after two minutes. */
  readonly #answered = (position: GeolocationPosition): void => this.#take(position, FRESH_MS);

  #take({ coords, timestamp }: GeolocationPosition, oldest_ms: number): void {
    if (this.#watch === null) return; // an answer to a question asked before going off duty
    const { now, wall } = this.#options;
    const age = wall() - timestamp;
    const sane = age >= 0 && age < oldest_ms;
    const fix: Fix = {
      lat: coords.latitude,
      lon: coords.longitude,
      accuracy_m: coords.accuracy,
      speed_mps: coords.speed,
      at: now() - (sane ? age : 0),
    };
    this.#doubt = doubtOf(this.#fix, this.#doubt, fix, now());
    if (this.#doubt === null) this.#fix = fix;
    void this.#report();
  }

  readonly #failed = (error: GeolocationPositionError): void => {
    if (this.#watch === null) return;
    if (error.code === error.PERMISSION_DENIED) {
      this.stop();
      this.#options.onState({ kind: 'blocked', why: 'denied' });
    } else if (this.#fix === null) {
      this.#options.onState({ kind: 'searching' });
    }
  };

  async #report(): Promise<void> {
    const fix = this.#fix;
    if (fix === null || this.#posting) return;
    if (!isReportDue(this.#sent, fix, this.#options.now())) return this.#show();
    this.#posting = true;
    const watch = this.#watch;
    try {
      await this.#options.post(fix);
      if (this.#watch === watch) this.#sent = { fix, sentAt: this.#options.now() };
    } catch {
      if (this.#watch === watch) this.#sent = null; // due again with the next tick
    } finally {
      this.#posting = false;
      if (this.#watch === watch) this.#show();
    }
  }

  #show(): void {
    if (this.#fix === null) return;
    if (this.#doubt !== null) {
      const jump_m = distance_m(this.#fix, this.#doubt.fix);
      return this.#options.onState({ kind: 'doubted', fix: this.#fix, jump_m });
    }
    this.#options.onState(
      this.#sent === null
        ? { kind: 'unsent', fix: this.#fix }
        : { kind: 'shared', fix: this.#fix, sentAt: this.#sent.sentAt },
    );
  }
}
