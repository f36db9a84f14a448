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
  ticket: string | null;
}

/** Returns a mark for everybody on duty whose place is known. */
export function marksOf(responders: Iterable<Responder>, now: number): Mark[] {
  const marks: Mark[] = [];
  for (const { id, name, role, state, lat, lon, at, ticket } of responders) {
    if (state !== 'free' && state !== 'offered' && state !== 'busy') continue;
    if (lat === null || lon === null || at === null) continue;
    const age_ms = Math.max(0, now - Date.parse(at));
    marks.push({ id, name, role, state, lat, lon, age_ms, stale: age_ms > STALE_MS, ticket });
  }
  return marks;
}
