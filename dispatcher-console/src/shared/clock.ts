const SAMPLES = 12;

/**
 * The server's time on a PC whose own clock may be wrong.
 *
 * Each heartbeat says what time it is. A message is late by its journey and never early, so the
 * greatest (server − local) of the last minute is the best estimate. The local side is the
 * monotonic clock: setting the PC's clock moves nothing; after sleep the next heartbeat corrects.
 */
export class ServerClock {
  readonly #monotonic: () => number;
  readonly #wall: () => number;
  #offsets: number[] = [];
  #offset: number | null = null;

  constructor(
    monotonic: () => number = () => performance.now(),
    wall: () => number = () => Date.now(),
  ) {
    this.#monotonic = monotonic;
    this.#wall = wall;
  }

  /** Takes note of what the server said the time is. */
  hear(at: string): void {
    const server = Date.parse(at);
    if (Number.isNaN(server)) return;
    this.#offsets.push(server - this.#monotonic());
    if (this.#offsets.length > SAMPLES) this.#offsets.shift();
    this.#offset = Math.max(...this.#offsets);
  }

  /** Forgets the past, for a new connection perhaps to another node. */
  reset(): void {
    this.#offsets = [];
  }

  /** Returns the server's time, Unix milliseconds; the PC's until the server was heard. */
  now(): number {
    return this.#offset === null ? this.#wall() : this.#monotonic() + this.#offset;
  }

  /** Returns how far the PC's clock is ahead of the server's, milliseconds; null until known. */
  pcAhead_ms(): number | null {
    return this.#offset === null ? null : this.#wall() - this.now();
  }
}
