import { describe, expect, it } from 'vitest';

import { isDeaf } from './deaf';

describe('a desk that no alarm would reach', () => {
  it('is one whose feed is gone, or never came, for a while and not for a moment', () => {
    expect(isDeaf('in', null)).toBe(false);
    expect(isDeaf('in', 15_000)).toBe(false);
    expect(isDeaf('in', 15_001)).toBe(true);
  });

  it('is one whose log-in has ended, also while the socket still stands', () => {
    expect(isDeaf('expired', null)).toBe(true);
  });

  it('is none of somebody who is not there', () => {
    expect(isDeaf('out', 60_000)).toBe(false);
    expect(isDeaf('storeAway', 60_000)).toBe(false);
  });
});
