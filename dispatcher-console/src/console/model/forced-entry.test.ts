import { describe, expect, it } from 'vitest';

import type { ForcedEntry } from '../../generated/ForcedEntry';
import { at } from '../testing/samples';
import { entryStep } from './forced-entry';

const decided: ForcedEntry = {
  decided_at: at(),
  authorised_by: '林',
  police_reference: '110-7',
  witness: '陈',
  reason: '无人应门',
  opened: null,
  secured: null,
  called_off: null,
  corrections: [],
  photos_before: [],
  photos_after: [],
};
const opened = { at: at(), by: '锁匠' };
const secured = { at: at(), by: '物业', how: '换锁' };

describe('a forced entry', () => {
  it('goes from the decision over the open door to the secured one', () => {
    expect(entryStep(null)).toBe('decide');
    expect(entryStep(decided)).toBe('open');
    expect(entryStep({ ...decided, opened })).toBe('secure');
    expect(entryStep({ ...decided, opened, secured })).toBe('done');
  });

  it('may be decided anew when it was called off', () => {
    expect(entryStep({ ...decided, called_off: { at: at(), text: '开门了' } })).toBe('decide');
  });
});
