import { describe, expect, it } from 'vitest';

import { isLow } from './battery';

describe('a battery', () => {
  it('is low from a fifth down, unless it is being charged', () => {
    expect(isLow({ level_pct: 21, charging: false })).toBe(false);
    expect(isLow({ level_pct: 20, charging: false })).toBe(true);
    expect(isLow({ level_pct: 5, charging: true })).toBe(false);
  });

  it('that nobody knows alarms nobody', () => {
    expect(isLow(null)).toBe(false);
  });
});
