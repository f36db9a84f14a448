import type { CoverGap } from '../../generated/CoverGap';
import type { CoverPiece } from '../../generated/CoverPiece';
import type { Shift } from '../../generated/Shift';
import type { Staff } from '../../generated/Staff';
import { dayAfter, momentOf, type Shown, shownAt } from './local-time';

/** So many days are shown at once. */
export const DAYS_SHOWN = 7;

/** A part of a day in which nothing changes. */
export interface Segment {
  from: number;
  to: number;
  asked: Staff;
  rostered: Staff;
  short: Staff;
}

/** One day of the roster. */
export interface RosterDay {
  day: string;
  from: number;
  to: number;
  segments: Segment[];
}

export function isNobody({ aides, rescuers }: Staff): boolean {
  return aides === 0 && rescuers === 0;
}

/** Returns the days from one on, with what the roster says of each. */
export function daysOf(first: string, cover: readonly CoverPiece[], zone: string): RosterDay[] {
  return Array.from({ length: DAYS_SHOWN }, (_, index) => {
    const day = dayAfter(first, index);
    const from = momentOf({ day, time: '00:00' }, zone);
    const to = momentOf({ day: dayAfter(day, 1), time: '00:00' }, zone);
    const segments = cover.flatMap((piece) => {
      const begins = Math.max(from, Date.parse(piece.from));
      const ends = Math.min(to, Date.parse(piece.to));
      return begins < ends ? [{ ...segmentOf(piece), from: begins, to: ends }] : [];
    });
    return { day, from, to, segments };
  });
}

function segmentOf({ asked, rostered }: CoverPiece): Pick<Segment, 'asked' | 'rostered' | 'short'> {
  const short = {
    aides: Math.max(0, asked.aides - rostered.aides),
    rescuers: Math.max(0, asked.rescuers - rostered.rescuers),
  };
  return { asked, rostered, short };
}

/** Returns the shifts that run on a day, in the order in which they begin. */
export function shiftsOn({ from, to }: Pick<RosterDay, 'from' | 'to'>, shifts: readonly Shift[]): Shift[] {
  return shifts
    .filter((shift) => Date.parse(shift.from) < to && Date.parse(shift.to) > from)
    .sort((a, b) => a.from.localeCompare(b.from) || a.role.localeCompare(b.role) || a.name.localeCompare(b.name, 'zh'));
}

/** The shifts that begin and end together. */
export interface ShiftGroup {
  from: string;
  to: string;
  shifts: Shift[];
}

/** Returns shifts that are in order by when they are. */
export function grouped(shifts: readonly Shift[]): ShiftGroup[] {
  const groups = new Map<string, ShiftGroup>();
  for (const shift of shifts) {
    const { from, to } = shift;
    const group = groups.get(`${from} ${to}`) ?? { from, to, shifts: [] };
    group.shifts.push(shift);
    groups.set(`${from} ${to}`, group);
  }
  return [...groups.values()];
}

/** How near a day is: the words for the next days are known by everybody. */
export type Nearness = 'yesterday' | 'today' | 'tomorrow' | 'dayAfterTomorrow' | null;

export function nearness(day: string, now: number, zone: string): Nearness {
  const today = shownAt(now, zone).day;
  if (day === dayAfter(today, -1)) return 'yesterday';
  if (day === today) return 'today';
  if (day === dayAfter(today, 1)) return 'tomorrow';
  return day === dayAfter(today, 2) ? 'dayAfterTomorrow' : null;
}

/** What somebody writes into the form of a shift. */
export interface ShiftDraft {
  responder: string;
  day: string;
  from: string;
  to: string;
}

/** Returns the times of a draft; an end that is not after the beginning is of the next day. */
export function timesOf({ day, from, to }: ShiftDraft, zone: string): { from: number; to: number } | null {
  const begins = momentOf({ day, time: from }, zone);
  const sameDay = momentOf({ day, time: to }, zone);
  if (Number.isNaN(begins) || Number.isNaN(sameDay)) return null;
  const ends = to > from ? sameDay : momentOf({ day: dayAfter(day, 1), time: to }, zone);
  return { from: begins, to: ends };
}

/** Returns the draft of a shift that fills a gap, a day of it at most. */
export function draftFor(gap: Pick<CoverGap, 'from' | 'to'>, now: number, zone: string): Pick<ShiftDraft, 'day' | 'from' | 'to'> {
  // A gap that has begun begins now, rounded to a minute that somebody would write.
  const begins: Shown = shownAt(Math.max(Date.parse(gap.from), now), zone);
  const ends = shownAt(Date.parse(gap.to), zone);
  const isLong = Date.parse(gap.to) - Math.max(Date.parse(gap.from), now) >= 86_400_000;
  return { day: begins.day, from: begins.time, to: isLong ? begins.time : ends.time };
}

/** Returns the gap that comes first, null when there is none. */
export function firstGap(gaps: readonly CoverGap[]): CoverGap | null {
  return [...gaps].sort((a, b) => a.from.localeCompare(b.from))[0] ?? null;
}
