import type { Responder } from '../../generated/Responder';

/** Older positions are drawn hollow: somebody was there, which does not mean is there. */
export const STALE_MS = 120_000;

/** A responder as a mark on the map. */
export interface Mark {
  id: string;
  name: string;
  role: string;
  state: 'free' | 'offered' | 'busy';
  lat: number;
  lon: number;
  age_ms: number;
  stale: boolean;
  /** How long no sign of life has come (失联); null while in touch. */
  lost_ms: number | null;
  ticket: string | null;
}

/** Returns a mark for everybody on duty whose place is known. */
export function marksOf(responders: Iterable<Responder>, now: number): Mark[] {
  const marks: Mark[] = [];
  for (const { id, name, role, state, lat, lon, at, ticket, out_of_touch_since } of responders) {
    if (state !== 'free' && state !== 'offered' && state !== 'busy') continue;
    if (lat === null || lon === null || at === null) continue;
    const age_ms = Math.max(0, now - Date.parse(at));
    const lost_ms = out_of_touch_since === null ? null : Math.max(0, now - Date.parse(out_of_touch_since));
    marks.push({ id, name, role, state, lat, lon, age_ms, stale: age_ms > STALE_MS, lost_ms, ticket });
  }
  return marks;
}

/** Returns an age as it is told on the map: in steps of ten seconds, for nobody reads two hundred clocks there. */
export function inTens(age_ms: number): number {
  return Math.floor(age_ms / 10_000) * 10_000;
}

/** Returns what is told of somebody besides the place, as one word: while it stays, so do their words. */
export function toldOf({ name, role, state, age_ms, stale, lost_ms }: Mark): string {
  return [name, role, state, inTens(age_ms), stale, lost_ms === null ? '' : inTens(lost_ms)].join('|');
}
