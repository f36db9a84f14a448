import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { LiveMessage } from '../generated/LiveMessage';
import { LiveClient, type LiveState, type Socket } from './live';

/** A socket that the test plays the server of. */
class FakeSocket implements Socket {
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  closed = false;
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  close(): void {
    this.closed = true;
  }

  say(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

const ticket = { id: 't1', status: 'open', handling: 'waiting', urgency: 2, flags: [], times: {}, offers: [] };
const snapshot = (seq: number) => ({ type: 'snapshot', seq, tickets: [], responders: [] });
const event = (seq: number, prev: number) => ({ type: 'event', seq, prev, at: '', event: 'offered', ticket });
const heartbeat = (seq: number) => ({ type: 'heartbeat', seq, at: '2026-11-21T12:00:00.000Z' });

function setUp() {
  const sockets: FakeSocket[] = [];
  const heard: LiveMessage[] = [];
  const states: LiveState[] = [];
  const onRefused = vi.fn();
  const client = new LiveClient({
    onMessage: (message) => heard.push(message),
    onStatus: ({ state }) => states.at(-1) !== state && states.push(state),
    onRefused,
    random: () => 1,
    connect: (url) => {
      sockets.push(new FakeSocket(url));
      return last();
    },
  });
  const last = (): FakeSocket => {
    const socket = sockets.at(-1);
    if (socket === undefined) throw new Error('no socket yet');
    return socket;
  };
  return { client, sockets, last, heard, states, onRefused };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('location', { protocol: 'https:', host: 'silver.example' });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the live feed', () => {
  it('connects to its own host, for a district where it is told one', () => {
    const { client, last } = setUp();
    client.start('longwen');
    expect(last().url).toBe('wss://silver.example/v1/live?district=longwen');
  });

  it('passes on a snapshot and the events that follow it', () => {
    const { client, last, heard, states } = setUp();
    client.start();
    last().say(snapshot(7));
    last().say(event(9, 7));
    last().say(event(10, 9));
    expect(heard.map(({ type }) => type)).toEqual(['snapshot', 'event', 'event']);
    expect(states).toEqual(['connecting', 'live']);
  });

  it('resumes after its last number, which heartbeats move too', () => {
    const { client, last, states } = setUp();
    client.start();
    last().say(snapshot(7));
    last().say(heartbeat(12));
    last().onclose?.();
    expect(states.at(-1)).toBe('stale');
    vi.advanceTimersByTime(500);
    expect(last().url).toContain('since=12');
    last().say(event(13, 12));
    expect(states.at(-1)).toBe('live');
  });

  it('asks for a snapshot after a gap instead of skipping', () => {
    const { client, last, heard } = setUp();
    client.start();
    last().say(snapshot(7));
    last().say(event(10, 9));
    expect(heard).toHaveLength(1);
    vi.advanceTimersByTime(500);
    expect(last().url).not.toContain('since');
  });

  it('ignores what it was told before', () => {
    const { client, last, heard, sockets } = setUp();
    client.start();
    last().say(snapshot(7));
    last().say(event(6, 5));
    expect(heard).toHaveLength(1);
    expect(sockets).toHaveLength(1);
  });

  it('starts anew when the numbers go backwards', () => {
    const { client, last, sockets } = setUp();
    client.start();
    last().say(snapshot(70));
    last().say(heartbeat(3));
    vi.advanceTimersByTime(500);
    expect(sockets).toHaveLength(2);
    expect(last().url).not.toContain('since');
  });

  it('takes twelve seconds of silence for death', () => {
    const { client, last, sockets, states } = setUp();
    client.start();
    last().say(snapshot(7));
    const first = last();
    vi.advanceTimersByTime(11_999);
    expect(first.closed).toBe(false);
    vi.advanceTimersByTime(1);
    expect(first.closed).toBe(true);
    expect(states.at(-1)).toBe('stale');
    vi.advanceTimersByTime(500);
    expect(sockets).toHaveLength(2);
  });

  it('waits longer after each failure, to a bound, and asks why it was refused', () => {
    const { client, last, sockets, onRefused } = setUp();
    client.start();
    const waits: number[] = [];
    for (let i = 0; i < 7; i += 1) {
      const before = sockets.length;
      last().onclose?.();
      let waited = 0;
      while (sockets.length === before) {
        vi.advanceTimersByTime(100);
        waited += 100;
      }
      waits.push(waited);
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
    expect(onRefused).toHaveBeenCalledTimes(7);
  });

  it('tries at once when woken', () => {
    const { client, last, sockets } = setUp();
    client.start();
    last().onclose?.();
    client.wake();
    expect(sockets).toHaveLength(2);
    client.wake();
    expect(sockets).toHaveLength(2);
  });

  it('stays closed when stopped, and begins with a snapshot when started again', () => {
    const { client, last, sockets, states } = setUp();
    client.start();
    last().say(snapshot(7));
    client.stop();
    vi.advanceTimersByTime(60_000);
    expect(sockets).toHaveLength(1);
    expect(states.at(-1)).toBe('closed');
    client.start();
    expect(last().url).not.toContain('since');
  });

  it('survives words it does not know', () => {
    const { client, last, heard, states } = setUp();
    client.start();
    last().say(snapshot(7));
    last().say({ type: 'weather', rain: true });
    last().onmessage?.({ data: 'not json' });
    expect(heard).toHaveLength(1);
    expect(states.at(-1)).toBe('live');
  });
});
