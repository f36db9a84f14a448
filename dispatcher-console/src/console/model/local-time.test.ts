import { describe, expect, it } from 'vitest';

import { dayAfter, DAY_MS, HOUR_MS, momentOf, shownAt } from './local-time';

const SHANGHAI = 'Asia/Shanghai';
const BERLIN = 'Europe/Berlin';

describe("a district's clock", () => {
  it('shows a moment and finds it again', () => {
    const at = Date.parse('2026-12-31T16:30:00Z');
    expect(shownAt(at, SHANGHAI)).toEqual({ day: '2027-01-01', time: '00:30' });
    expect(momentOf({ day: '2027-01-01', time: '00:30' }, SHANGHAI)).toBe(at);
  });

  it('knows days of 23 and of 25 hours', () => {
    const length = (day: string): number =>
      momentOf({ day: dayAfter(day, 1), time: '00:00' }, BERLIN) - momentOf({ day, time: '00:00' }, BERLIN);
    expect(length('2026-03-29')).toBe(23 * HOUR_MS);
    expect(length('2026-10-25')).toBe(25 * HOUR_MS);
    expect(length('2026-11-22')).toBe(DAY_MS);
  });

  it('takes what is left out for later, and the first of what is shown twice', () => {
    expect(momentOf({ day: '2026-03-29', time: '02:30' }, BERLIN)).toBe(Date.parse('2026-03-29T01:30:00Z'));
    expect(momentOf({ day: '2026-10-25', time: '02:30' }, BERLIN)).toBe(Date.parse('2026-10-25T00:30:00Z'));
  });

  it('finds nothing for an empty field', () => {
    expect(momentOf({ day: '', time: '07:00' }, SHANGHAI)).toBeNaN();
    expect(momentOf({ day: '2026-11-22', time: '' }, SHANGHAI)).toBeNaN();
  });

  it('counts days over the end of a month', () => {
    expect(dayAfter('2026-11-30', 1)).toBe('2026-12-01');
    expect(dayAfter('2026-03-01', -1)).toBe('2026-02-28');
  });
});
