import { describe, expect, it } from 'vitest';

import { faultsOf, isComplete, isDue, PARTS, type Part, type Result, UNTRIED } from './self-test';

const HOUR = 3_600_000;

describe('a self-test', () => {
  it('is due at the start of each shift', () => {
    expect(isDue(UNTRIED, 0)).toBe(true);
    expect(isDue({ ...UNTRIED, at: 0 }, 12 * HOUR)).toBe(false);
    expect(isDue({ ...UNTRIED, at: 0 }, 12 * HOUR + 1)).toBe(true);
  });

  it('is complete when everything has a result', () => {
    const parts: Partial<Record<Part, Result>> = {};
    for (const part of PARTS) {
      expect(isComplete({ ...UNTRIED, parts })).toBe(false);
      parts[part] = 'failed';
    }
    expect(isComplete({ ...UNTRIED, parts })).toBe(true);
  });

  it('names what does not work, and nothing that was not tried', () => {
    expect(faultsOf({ storage: 'missing', sound: 'works', position: 'refused' })).toEqual(['position', 'storage']);
  });
});
