/** The district's clock: which moment it shows when, whatever the PC is set to. */

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** What the clock shows: `2026-11-22` and `19:00`. */
export interface Shown {
  day: string;
  time: string;
}

function partsOf(at: number, zone: string): Record<string, string> {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  return Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
}

/** Returns what the clock of a zone shows at a moment. */
export function shownAt(at: number, zone: string): Shown {
  const { year, month, day, hour, minute } = partsOf(at, zone);
  return { day: `${year}-${month}-${day}`, time: `${hour}:${minute}` };
}

function offset_ms(at: number, zone: string): number {
  const { year, month, day, hour, minute, second } = partsOf(at, zone);
  const shown = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  return shown - Math.floor(at / 1000) * 1000;
}

/**
 * Returns when the clock of a zone shows this; what it leaves out is as much later, of what it shows
 * twice the first. Not a number where a field is empty.
 */
export function momentOf({ day, time }: Shown, zone: string): number {
  const shown = Date.parse(`${day}T${time}:00Z`);
  if (Number.isNaN(shown)) return NaN;
  // The offset a day before and a day after: where they differ the clocks change in between.
  const [before, after] = [offset_ms(shown - DAY_MS, zone), offset_ms(shown + DAY_MS, zone)];
  const first = shown - before;
  if (offset_ms(first, zone) === before) return first;
  const second = shown - after;
  return offset_ms(second, zone) === after ? second : first;
}

/** Returns the day so many days after another one. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}
