import { describe, expect, it } from 'vitest';

import { ServerClock } from './clock';

const NOON = Date.parse('2026-11-21T12:00:00.000Z');
const iso = (ms: number): string => new Date(ms).toISOString();

describe('the server’s clock', () => {
  it('is the PC’s until the server was heard', () => {
    const clock = new ServerClock(() => 0, () => 1234);
    expect(clock.now()).toBe(1234);
    expect(clock.pcAhead_ms()).toBeNull();
  });

  it('is right on a PC that is an hour fast', () => {
    let local = 50_000;
    const clock = new ServerClock(() => local, () => NOON + 3_600_000);
    clock.hear(iso(NOON));
    expect(clock.pcAhead_ms()).toBe(3_600_000);
    local += 7_000;
    expect(clock.now()).toBe(NOON + 7_000);
  });

  it('believes the fastest of the last messages', () => {
    let local = 0;
    const clock = new ServerClock(() => local, () => 0);
    for (const delay of [900, 20, 400]) {
      local += 5_000;
      clock.hear(iso(NOON + local - delay));
    }
    expect(clock.now()).toBe(NOON + local - 20);
  });

  it('ignores a time that is none', () => {
    const clock = new ServerClock(() => 0, () => 7);
    clock.hear('soon');
    expect(clock.now()).toBe(7);
  });
});
