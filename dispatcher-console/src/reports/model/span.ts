import { dayAfter, momentOf } from '../../console/model/local-time';

/** Days by the district's clock, `2026-11-01`; the last one is in it. */
export interface Span {
  from: string;
  to: string;
}

export const PRESETS = ['today', 'yesterday', 'week', 'month', 'lastMonth'] as const;
export type Preset = (typeof PRESETS)[number];

/** A report by hour is of a month at most, any other of 400 days. */
const LONGEST_DAYS = 400;
const LONGEST_BY_HOUR_DAYS = 31;

export type SpanFault = 'empty' | 'reversed' | 'tooLong' | 'tooLongByHour';

const isDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));

export function isMonth(text: string): boolean {
  return /^\d{4}-(0[1-9]|1[0-2])$/.test(text);
}

/** Returns the span that a word means on a day. */
export function spanOf(preset: Preset, today: string): Span {
  switch (preset) {
    case 'today':
      return { from: today, to: today };
    case 'yesterday':
      return { from: dayAfter(today, -1), to: dayAfter(today, -1) };
    case 'week':
      return { from: dayAfter(today, -6), to: today };
    case 'month':
      return { from: `${today.slice(0, 7)}-01`, to: today };
    case 'lastMonth':
      return spanOfMonth(monthBefore(today.slice(0, 7)));
  }
}

export function spanOfMonth(month: string): Span {
  return { from: `${month}-01`, to: dayAfter(`${monthAfter(month)}-01`, -1) };
}

/** Returns a month as people write it: `2026年11月`. */
export function monthInWords(month: string, tag: string): string {
  return new Intl.DateTimeFormat(tag, { timeZone: 'UTC', year: 'numeric', month: 'long' }).format(Date.parse(`${month}-01T00:00:00Z`));
}

export function monthBefore(month: string): string {
  return dayAfter(`${month}-01`, -1).slice(0, 7);
}

function monthAfter(month: string): string {
  return dayAfter(`${month}-28`, 4).slice(0, 7);
}

/** Returns how many days are in a span. */
export function daysOf({ from, to }: Span): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1;
}

export function faultOf(span: Span, byHour: boolean): SpanFault | null {
  if (!isDay(span.from) || !isDay(span.to)) return 'empty';
  if (span.to < span.from) return 'reversed';
  if (daysOf(span) > LONGEST_DAYS) return 'tooLong';
  return byHour && daysOf(span) > LONGEST_BY_HOUR_DAYS ? 'tooLongByHour' : null;
}

/** Returns as many days right before; before a whole month the whole month before. */
export function spanBefore(span: Span): Span {
  const month = span.from.slice(0, 7);
  const whole = spanOfMonth(month);
  if (span.from === whole.from && span.to === whole.to) return spanOfMonth(monthBefore(month));
  return { from: dayAfter(span.from, -daysOf(span)), to: dayAfter(span.from, -1) };
}

/** Returns the query of a span: from the first midnight to the one after the last day, by the clock of a zone. */
export function queryOf(span: Span, zone: string, rest: Record<string, string | undefined> = {}): string {
  const at = (day: string): string => new Date(momentOf({ day, time: '00:00' }, zone)).toISOString();
  const known = Object.entries(rest).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return new URLSearchParams({ from: at(span.from), to: at(dayAfter(span.to, 1)), ...Object.fromEntries(known) }).toString();
}
