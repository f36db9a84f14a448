import { describe, expect, it } from 'vitest';

import type { CoverPiece } from '../../generated/CoverPiece';
import { daysOf, draftFor, grouped, nearness, shiftsOn, timesOf } from './roster';

const ZONE = 'Asia/Shanghai';
/** A time by the district's clock. */
const local = (text: string): string => new Date(`${text}:00+08:00`).toISOString();
const staff = (aides: number, rescuers = 0) => ({ aides, rescuers });
const piece = (from: string, to: string, asked: number, rostered: number): CoverPiece => ({
  from: local(from),
  to: local(to),
  asked: staff(asked),
  rostered: staff(rostered),
});

describe('the days of a roster', () => {
  const cover = [
    piece('2026-11-30T00:00', '2026-11-30T19:00', 2, 2),
    piece('2026-11-30T19:00', '2026-12-01T07:00', 2, 1),
    piece('2026-12-01T07:00', '2026-12-07T00:00', 0, 0),
  ];
  const days = daysOf('2026-11-30', cover, ZONE);

  it('cut what runs over midnight and over the end of a month', () => {
    expect(days.map(({ day }) => day).slice(0, 2)).toEqual(['2026-11-30', '2026-12-01']);
    expect(days[0]?.segments.map(({ short }) => short.aides)).toEqual([0, 1]);
    expect(days[1]?.segments[0]).toMatchObject({ from: Date.parse(local('2026-12-01T00:00')), short: staff(1) });
    for (const { from, to, segments } of days) expect(segments.reduce((sum, it) => sum + it.to - it.from, 0)).toBe(to - from);
  });

  it('name who works on each, the night before included', () => {
    const shift = (id: string, from: string, to: string) =>
      ({ id, responder: id, name: id, role: 'aide', from: local(from), to: local(to) });
    const all = [shift('night', '2026-11-30T19:00', '2026-12-01T07:00'), shift('day', '2026-11-30T07:00', '2026-11-30T19:00')];
    expect(shiftsOn(days[0]!, all).map(({ id }) => id)).toEqual(['day', 'night']);
    expect(shiftsOn(days[1]!, all).map(({ id }) => id)).toEqual(['night']);
    const twice = [...all, { ...all[0]!, id: 'also' }];
    expect(grouped(shiftsOn(days[0]!, twice)).map(({ shifts }) => shifts.length)).toEqual([1, 2]);
  });

  it('that are near have words of their own', () => {
    const now = Date.parse(local('2026-11-30T23:59'));
    expect(nearness('2026-11-29', now, ZONE)).toBe('yesterday');
    expect(['2026-11-30', '2026-12-01', '2026-12-02', '2026-12-03'].map((day) => nearness(day, now, ZONE))).toEqual([
      'today',
      'tomorrow',
      'dayAfterTomorrow',
      null,
    ]);
  });
});

describe('the draft of a shift', () => {
  const draft = { responder: 'r1', day: '2026-11-30', from: '19:00', to: '07:00' };

  it('ends on the next day when its end is not after its beginning', () => {
    const times = (from: string, to: string) => {
      const found = timesOf({ ...draft, from, to }, ZONE);
      return found === null ? null : (found.to - found.from) / 3_600_000;
    };
    expect([times('19:00', '07:00'), times('07:00', '19:00'), times('07:00', '07:00'), times('', '07:00')]).toEqual([12, 12, 24, null]);
  });

  it('fills a gap, from now on where it has begun, and a day of a long one', () => {
    const gap = { from: local('2026-11-30T19:00'), to: local('2026-11-30T23:00') };
    const before = Date.parse(local('2026-11-30T08:00'));
    expect(draftFor(gap, before, ZONE)).toEqual({ day: '2026-11-30', from: '19:00', to: '23:00' });
    const within = Date.parse(local('2026-11-30T20:15'));
    expect(draftFor(gap, within, ZONE)).toEqual({ day: '2026-11-30', from: '20:15', to: '23:00' });
    const long = { ...gap, to: local('2026-12-03T12:00') };
    expect(draftFor(long, before, ZONE)).toEqual({ day: '2026-11-30', from: '19:00', to: '19:00' });
  });
});
