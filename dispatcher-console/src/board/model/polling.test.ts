import { describe, expect, it } from 'vitest';

import { EVERY_S, isOld, jittered_ms, LEAST_S } from './polling';

describe('a board', () => {
  it('asks nothing more often than every 15 seconds', () => {
    expect(Math.min(...Object.values(EVERY_S))).toBeGreaterThanOrEqual(LEAST_S);
    expect(jittered_ms(1, () => 0)).toBe(15_000);
  });

  it('asks at another moment than the board beside it', () => {
    expect(jittered_ms(20, () => 0)).toBe(20_000);
    expect(jittered_ms(20, () => 1)).toBe(24_000);
  });
});

describe('an answer', () => {
  it('is old when two questions in a row brought none, and not for one that was slow', () => {
    expect(isOld(0, 20, 30_000)).toBe(false);
    expect(isOld(0, 20, 54_000)).toBe(true);
  });
});
