import { describe, expect, it } from 'vitest';

import { daysOf, faultOf, isMonth, monthBefore, monthInWords, PRESETS, queryOf, spanBefore, spanOf, spanOfMonth } from './span';

describe('a span', () => {
  it('is what a word means on a day', () => {
    expect(PRESETS.map((preset) => spanOf(preset, '2026-03-01'))).toEqual([
      { from: '2026-03-01', to: '2026-03-01' },
      { from: '2026-02-28', to: '2026-02-28' },
      { from: '2026-02-23', to: '2026-03-01' },
      { from: '2026-03-01', to: '2026-03-01' },
      { from: '2026-02-01', to: '2026-02-28' },
    ]);
  });

  it('of a month ends with its last day, also in a leap year and at the end of one', () => {
    expect(spanOfMonth('2024-02')).toEqual({ from: '2024-02-01', to: '2024-02-29' });
    expect(spanOfMonth('2026-12')).toEqual({ from: '2026-12-01', to: '2026-12-31' });
    expect(monthBefore('2026-01')).toBe('2025-12');
  });

  it('is compared with as many days before, a whole month with the whole month before', () => {
    expect(spanBefore({ from: '2026-03-01', to: '2026-03-31' })).toEqual({ from: '2026-02-01', to: '2026-02-28' });
    expect(spanBefore({ from: '2026-03-01', to: '2026-03-07' })).toEqual({ from: '2026-02-22', to: '2026-02-28' });
    expect(daysOf(spanBefore({ from: '2026-01-01', to: '2026-01-02' }))).toBe(2);
  });

  it('that is none is said to be so before anybody is asked', () => {
    expect(faultOf({ from: '2026-03-02', to: '2026-03-01' }, false)).toBe('reversed');
    expect(faultOf({ from: '', to: '2026-03-01' }, false)).toBe('empty');
    expect(faultOf({ from: '2026-02-30x', to: '2026-03-01' }, false)).toBe('empty');
    expect(faultOf({ from: '2025-01-01', to: '2026-02-04' }, false)).toBeNull();
    expect(faultOf({ from: '2025-01-01', to: '2026-02-05' }, false)).toBe('tooLong');
    expect(faultOf({ from: '2026-01-01', to: '2026-01-31' }, true)).toBeNull();
    expect(faultOf({ from: '2026-01-01', to: '2026-02-01' }, true)).toBe('tooLongByHour');
  });

  it('goes from midnight to midnight by the clock of the district', () => {
    const query = new URLSearchParams(queryOf({ from: '2026-11-01', to: '2026-11-30' }, 'Asia/Shanghai', { by: 'day', group: undefined }));
    expect([...query]).toEqual([
      ['from', '2026-10-31T16:00:00.000Z'],
      ['to', '2026-11-30T16:00:00.000Z'],
      ['by', 'day'],
    ]);
  });
});

it('a month is written with two digits', () => {
  expect([monthInWords('2026-11', 'zh-CN'), monthInWords('2026-11', 'en')]).toEqual(['2026年11月', 'November 2026']);
  expect(['2026-11', '2026-13', '2026-1', ''].map(isMonth)).toEqual([true, false, false, false]);
});
