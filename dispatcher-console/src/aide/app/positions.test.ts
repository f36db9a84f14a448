import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Fix, PositionState } from '../model/position';
import { NOON } from '../testing/files';
import { Positions } from './positions';

/** A phone that is moved and refused by hand. */
class FakePhone implements Geolocation {
  found: PositionCallback = () => undefined;
  failed: PositionErrorCallback = () => undefined;
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
  getCurrentPosition(): void {
    this.asked += 1;
  }
  move(lat: number, timestamp = Date.now()): void {
    const coords = { latitude: lat, longitude: 117.66, accuracy: 10, speed: null };
    this.found({ coords, timestamp } as GeolocationPosition);
  }
  fail(code: number): void {
    this.failed({ code, PERMISSION_DENIED: 1 } as GeolocationPositionError);
  }
}

function setUp(secure = true): { phone: FakePhone; posted: Fix[]; states: PositionState[]; positions: Positions; net: { up: boolean } } {
  const phone = new FakePhone();
  const posted: Fix[] = [];
  const states: PositionState[] = [];
  const net = { up: true };
  const positions = new Positions({
    geolocation: phone,
    secure,
    post: (fix) => {
      if (!net.up) return Promise.reject(new Error('no network'));
      posted.push(fix);
      return Promise.resolve();
    },
    // This phone's clock is an hour ahead of the server's.
    now: () => Date.now() - 3_600_000,
    wall: () => Date.now(),
    onState: (state) => states.push(state),
  });
  positions.start();
  return { phone, posted, states, positions, net };
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

  it('takes the stamp of a phone that lives in another epoch for now', async () => {
    const { phone, posted } = setUp();
    phone.move(24.51, NOON - 1_024 * 7 * 86_400_000);
    await pass(0);
    expect(posted).toMatchObject([{ at: NOON - 3_600_000 }]);
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
