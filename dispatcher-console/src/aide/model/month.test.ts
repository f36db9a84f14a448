import { describe, expect, it } from 'vitest';

import { beside, monthOf } from './month';

describe('a month', () => {
  it('is that of a moment', () => {
    expect(monthOf(new Date(2026, 0, 31, 23, 59).getTime())).toBe('2026-01');
  });

  it('has one before and one after, also across the year', () => {
    expect(beside('2026-01', -1)).toBe('2025-12');
    expect(beside('2025-12', 1)).toBe('2026-01');
    expect(beside('2026-09', 1)).toBe('2026-10');
  });
});
