import type { ReportBy } from './answers';

/** Groups that follow one another in time, and are drawn so. */
export function isOfTime(by: ReportBy): boolean {
  return by === 'hour' || by === 'day' || by === 'week' || by === 'month';
}

/** Returns when a group of time begins, seconds since 1970 as if the district's clock were UTC: only places on an axis. */
export function placeOf(key: string): number {
  const text = key.length === 7 ? `${key}-01T00:00` : key.length === 10 ? `${key}T00:00` : key;
  return Date.parse(`${text}:00Z`) / 1000;
}

const STEP_S: Record<'hour' | 'day' | 'week', number> = { hour: 3_600, day: 86_400, week: 7 * 86_400 };

/** A line: where, and how much; null where nothing is known. */
export type Line = [number[], (number | null)[]];

/** Returns the points of a line, in time; a group that is missing between two is a gap, for nothing happened there. */
export function lineOf(by: ReportBy, groups: readonly { key: string; value: number | null }[]): Line {
  const known = groups.map(({ key, value }) => [placeOf(key), value] as const).filter(([at]) => !Number.isNaN(at));
  if (by !== 'hour' && by !== 'day' && by !== 'week') return [known.map(([at]) => at), known.map(([, value]) => value)];
  const step = STEP_S[by];
  const line: Line = [[], []];
  for (const [at, value] of known) {
    const last = line[0].at(-1);
    if (last !== undefined)
      for (let missing = last + step; missing < at; missing += step) {
        line[0].push(missing);
        line[1].push(null);
      }
    line[0].push(at);
    line[1].push(value);
  }
  return line;
}
