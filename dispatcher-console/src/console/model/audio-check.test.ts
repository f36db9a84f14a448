import { describe, expect, it } from 'vitest';

import { NOON } from '../testing/samples';
import { isCheckDue, parseCheck } from './audio-check';

describe('the audio check', () => {
  it('is due at the start, after twelve hours, and as long as nobody heard anything', () => {
    const heard = { at: NOON, heard: true };
    expect(isCheckDue(null, NOON)).toBe(true);
    expect(isCheckDue(heard, NOON + 12 * 3_600_000 - 1)).toBe(false);
    expect(isCheckDue(heard, NOON + 12 * 3_600_000)).toBe(true);
    expect(isCheckDue({ at: NOON, heard: false }, NOON)).toBe(true);
  });

  it('made by a clock far ahead does not count for ever', () => {
    expect(isCheckDue({ at: NOON + 365 * 86_400_000, heard: true }, NOON)).toBe(true);
  });

  it('is read as it was kept, and anything else is none', () => {
    expect(parseCheck(JSON.stringify({ at: NOON, heard: true }))).toEqual({ at: NOON, heard: true });
    expect([null, '', 'null', '{"at":"x"}', '[1]'].map(parseCheck)).toEqual([null, null, null, null, null]);
  });
});
