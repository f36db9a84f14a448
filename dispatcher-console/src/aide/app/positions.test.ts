import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Fix, PositionState } from '../model/position';
import { NOON } from '../testing/files';
import { Positions } from './positions';

/** A phone that is moved and refused by hand. */
class FakePhone implements Geolocation {
  found: PositionCallback = () => undefined;
  failed: PositionErrorCallback = () => undefined;
  answered: PositionCallback = () => undefined;
  asked = 0;
  watching = false;

  watchPosition(found: PositionCallback, failed?: PositionErrorCallback | null): number {
    this.found = found;
    this.failed = failed ?? this.failed;
    this.watching = true;
    return 7;
  }
  clearWatch(): void {
    this.watching = false;
  }
  getCurrentPosition(answered: PositionCallback): void {
    this.asked += 1;
    this.answered = answered;
  }
  move(lat: number, timestamp = Date.now()): void {
    const coords = { latitude: lat, longitude: 117.66, accuracy: 10, speed: null };
    this.found({ coords, timestamp } as GeolocationPosition);
  }
  fail(code: number): void {
    this.failed({ code, PERMISSION_DENIED: 1 } as GeolocationPositionError);
  }
}

function setUp(secure = true): { phone: FakePhone; posted: Fix[]; states: PositionState[]; sentAt: number[]; positions: Positions; net: { up: boolean } } {
  const phone = new FakePhone();
  const posted: Fix[] = [];
  const states: PositionState[] = [];
  const sentAt: number[] = [];
  const net = { up: true };
  const positions = new Positions({
    geolocation: phone,
    secure,
    post: (fix) => {
      if (!net.up) return Promise.reject(new Error('no network'));
      posted.push(fix);
      sentAt.push(Date.now());
      return Promise.resolve();
    },
    // This phone's clock is an hour ahead of the server's.
    now: () => Date.now() - 3_600_000,
    wall: () => Date.now(),
    onState: (state) => states.push(state),
  });
  positions.start();
  return { phone, posted, states, sentAt, positions, net };
}

const pass = (s: number): Promise<unknown> => vi.advanceTimersByTimeAsync(s * 1000);

describe('reporting the own position', () => {
  beforeEach(() => void vi.useFakeTimers({ now: NOON }));
  afterEach(() => void vi.useRealTimers());

  it('sends the first fix at once, in the time of the server', async () => {
    const { phone, posted, states } = setUp();
    phone.move(24.51, NOON - 2_000);
    await pass(0);
    expect(posted).toMatchObject([{ lat: 24.51, at: NOON - 3_602_000 }]);
    expect(states.at(-1)?.kind).toBe('shared');
  });

  it('sends one a minute at rest and asks the phone when watching tells nothing', async () => {
    const { phone, posted } = setUp();
    phone.move(24.51);
    await pass(59);
    expect(posted).toHaveLength(1);
    expect(phone.asked).toBeGreaterThan(0);
    await pass(6);
    expect(posted).toHaveLength(2);
  });

  it('sends again soon after the network failed, and says that nothing was sent', async () => {
    const { phone, posted, states, net } = setUp();
    net.up = false;
    phone.move(24.51);
    await pass(0);
    expect(states.at(-1)?.kind).toBe('unsent');
    net.up = true;
    await pass(5);
    expect(posted).toHaveLength(1);
    expect(states.at(-1)?.kind).toBe('shared');
  });

  it('stops and says so when permission is refused', () => {
    const { phone, states } = setUp();
    phone.fail(1);
    expect(states.at(-1)).toEqual({ kind: 'blocked', why: 'denied' });
    expect(phone.watching).toBe(false);
  });

  it('goes on looking when there is no signal', () => {
    const { phone, states } = setUp();
    phone.fail(2);
    expect(states.at(-1)).toEqual({ kind: 'searching' });
    expect(phone.watching).toBe(true);
  });

  it('says when the page is not secure', () => {
    expect(setUp(false).states.at(-1)).toEqual({ kind: 'blocked', why: 'insecure' });
  });

  it('is fresh when a phone at rest stamps each answer alike', async () => {
    const { phone, posted } = setUp();
    const first = Date.now();
    phone.move(24.5, first);
    for (let minute = 0; minute < 4; minute += 1) {
      await pass(50);
      const coords = { latitude: 24.5, longitude: 117.66, accuracy: 10, speed: null };
      phone.answered({ coords, timestamp: first } as GeolocationPosition);
      await pass(10);
    }
    const now = Date.now() - 3_600_000;
    expect(now - (posted.at(-1)?.at ?? 0), 'the centre asks nobody whose place is two minutes old').toBeLessThan(90_000);
  });

  it('takes the stamp of a phone that lives in another epoch for now', async () => {
    const { phone, posted } = setUp();
    phone.move(24.51, NOON - 1_024 * 7 * 86_400_000);
    await pass(0);
    expect(posted).toMatchObject([{ at: NOON - 3_600_000 }]);
  });

  /** A phone that finds itself every second and moves so far each time, for half an hour: the shortest pause, and how many were sent. */
  async function ride(step_deg: number): Promise<{ pause_ms: number; sent: number }> {
    const { phone, sentAt } = setUp();
    for (let s = 0; s < 1_800; s += 1) {
      phone.move(24.51 + s * step_deg);
      await pass(1);
    }
    const pauses = sentAt.slice(1).map((at, index) => at - (sentAt[index] ?? 0));
    return { pause_ms: Math.min(...pauses), sent: sentAt.length };
  }

  it('sends no more than one every 10 s on the move', async () => {
    // 5.5 m/s, an e-bike.
    const { pause_ms, sent } = await ride(0.00005);
    expect(pause_ms).toBeGreaterThanOrEqual(10_000);
    expect(sent).toBeGreaterThan(150);
  });

  it('sends no more than one a minute at rest', async () => {
    const { pause_ms, sent } = await ride(0);
    expect(pause_ms).toBeGreaterThanOrEqual(60_000);
    expect(sent).toBeGreaterThan(27);
  });

  it('sends nothing of a jump of 5 km and back, and says that it is looking', async () => {
    const { phone, posted, states } = setUp();
    phone.move(24.51);
    await pass(15);
    phone.move(24.555);
    await pass(0);
    expect(states.at(-1)).toMatchObject({ kind: 'doubted', fix: { lat: 24.51 } });
    const asked = phone.asked;
    await pass(5);
    expect(phone.asked).toBeGreaterThan(asked);
    phone.move(24.51);
    await pass(0);
    expect(states.at(-1)?.kind).toBe('shared');
    await pass(60);
    expect(new Set(posted.map(({ lat }) => lat))).toEqual(new Set([24.51]));
  });

  it('believes a jump that the phone stands by', async () => {
    const { phone, posted, states } = setUp();
    phone.move(24.51);
    await pass(15);
    for (let s = 0; s <= 20; s += 5) {
      phone.move(24.555);
      await pass(5);
    }
    expect(posted.at(-1)?.lat).toBe(24.555);
    expect(states.at(-1)?.kind).toBe('shared');
  });

  it('believes a jump that the phone does not take back', async () => {
    const { phone, posted } = setUp();
    phone.move(24.51);
    await pass(15);
    phone.move(24.555);
    await pass(15);
    expect(posted.at(-1)?.lat).toBe(24.51);
    await pass(15);
    expect(posted.at(-1)?.lat).toBe(24.555);
  });

  it('is silent after going off duty', async () => {
    const { phone, posted, positions, states } = setUp();
    positions.stop();
    phone.move(24.51);
    await pass(120);
    expect(posted).toEqual([]);
    expect(states.at(-1)).toEqual({ kind: 'off' });
  });
});
