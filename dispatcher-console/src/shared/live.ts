import type { LiveMessage } from '../generated/LiveMessage';
import { parseLiveMessage } from './live-message';

/** `stale`: there was data, and the connection to what is happening now is lost. */
export type LiveState = 'connecting' | 'live' | 'stale' | 'closed';

export interface LiveStatus {
  state: LiveState;
  /** When anything was last heard, by the local clock (`Date.now`); null until then. */
  lastHeardAt: number | null;
}

/** The part of a WebSocket that is used, so that tests need no network. */
export interface Socket {
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
  close(): void;
}

export interface LiveOptions {
  /** Each message, in order, numbered ones without a gap. */
  onMessage: (message: LiveMessage) => void;
  onStatus?: (status: LiveStatus) => void;
  /** A handshake was refused; whether nobody is logged in, only a request can tell. */
  onRefused?: () => void;
  /** Silence after which the socket counts as dead, milliseconds. */
  silence_ms?: number;
  connect?: (url: string) => Socket;
  now?: () => number;
  random?: () => number;
}

const BACKOFF_FIRST_MS = 500;
const BACKOFF_LAST_MS = 8_000;
const SILENCE_MS = 12_000;

/**
 * The one connection to `/v1/live`: a snapshot, then numbered events. It resumes after its last
 * number, notices gaps, and takes silence for death, because a phone or PC that lost its network
 * is not told so.
 */
export class LiveClient {
  readonly #options: LiveOptions;
  #district: string | undefined;
  #socket: Socket | null = null;
  #status: LiveStatus = { state: 'closed', lastHeardAt: null };
  /** The last number told; null: ask for a snapshot. */
  #seq: number | null = null;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #watchdog: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  get status(): LiveStatus {
    return this.#status;
  }

  /** Connects and stays connected; `district` is for people who serve several. */
  start(district?: string): void {
    if (this.#status.state !== 'closed') return;
    this.#district = district;
    this.#setState('connecting');
    this.#connect();
  }

  /** Ends the connection and forgets the number: whoever starts again begins with a snapshot. */
  stop(): void {
    this.#drop();
    this.#seq = null;
    this.#attempt = 0;
    this.#status = { state: 'closed', lastHeardAt: null };
    this.#options.onStatus?.(this.#status);
  }

  /** Tries now instead of at the end of the back-off: the network is back, or the page is looked at again. */
  wake(): void {
    if (this.#status.state === 'closed' || this.#socket !== null) return;
    this.#attempt = 0;
    clearTimeout(this.#timer);
    this.#connect();
  }

  #connect(): void {
    const open = this.#options.connect ?? ((url) => new WebSocket(url) as Socket);
    const socket = open(this.#url());
    let heard = false;
    this.#socket = socket;
    this.#watch();
    socket.onmessage = ({ data }) => {
      heard = true;
      this.#hear(data);
    };
    socket.onclose = () => {
      if (!heard) this.#options.onRefused?.();
      this.#retry();
    };
  }

  #url(): string {
    const query = new URLSearchParams();
    if (this.#district !== undefined) query.set('district', this.#district);
    if (this.#seq !== null) query.set('since', String(this.#seq));
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const text = query.toString();
    return `${scheme}://${location.host}/v1/live${text === '' ? '' : `?${text}`}`;
  }

  #hear(data: unknown): void {
    this.#watch();
    const message = parseLiveMessage(data);
    this.#status = { ...this.#status, lastHeardAt: this.#now() };
    if (message === null) return; // a later server may say things we do not know yet
    switch (message.type) {
      case 'snapshot':
        this.#seq = message.seq;
        break;
      case 'event':
        if (this.#seq === null) return this.#resync();
        if (message.seq <= this.#seq) return; // told already, before a resumption
        if (message.prev !== this.#seq) return this.#resync();
        this.#seq = message.seq;
        break;
      case 'heartbeat':
        // A smaller number is another history (a restored backup): nothing we hold can be trusted.
        if (this.#seq !== null && message.seq < this.#seq) return this.#resync();
        if (this.#seq !== null) this.#seq = message.seq;
        break;
      default:
        break;
    }
    this.#attempt = 0;
    this.#setState('live');
    this.#options.onMessage(message);
  }

  /** Starts anew from a snapshot. */
  #resync(): void {
    this.#seq = null;
    this.#retry();
  }

  #watch(): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.#retry(), this.#options.silence_ms ?? SILENCE_MS);
  }

  #retry(): void {
    this.#drop();
    this.#setState(this.#status.lastHeardAt === null ? 'connecting' : 'stale');
    const most = Math.min(BACKOFF_LAST_MS, BACKOFF_FIRST_MS * 2 ** this.#attempt);
    this.#attempt = Math.min(this.#attempt + 1, 10);
    // Half fixed, half chance: all consoles of a centre must not knock in the same instant.
    const wait_ms = most / 2 + (most / 2) * (this.#options.random ?? Math.random)();
    this.#timer = setTimeout(() => this.#connect(), wait_ms);
  }

  /** Lets go of the socket at once; a dead one may take minutes to report its own close. */
  #drop(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#watchdog);
    const socket = this.#socket;
    this.#socket = null;
    if (socket === null) return;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }

  #setState(state: LiveState): void {
    this.#status = { ...this.#status, state };
    this.#options.onStatus?.(this.#status);
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }
}
