import type { Ticket } from '../../generated/Ticket';

/** A position as it is shown: never without its source and age. */
export interface PlaceView {
  lat: number;
  lon: number;
  source: string;
  age_ms: number;
  /** Radius of uncertainty, metres; null where none was said. */
  accuracy_m: number | null;
  /** Old or coarse enough that nobody should walk straight to it. */
  doubtful: boolean;
}

const OLD_MS = 5 * 60_000;
const COARSE_M = 300;

/** Returns where the senior is thought to be; a home's age says nothing and is zero. */
export function placeOf({ position }: Pick<Ticket, 'position'>, now: number): PlaceView | null {
  if (position === null) return null;
  const fixed = position.source === 'home' || position.source === 'pin';
  const age_ms = fixed ? 0 : Math.max(0, now - Date.parse(position.at));
  return {
    lat: position.lat,
    lon: position.lon,
    source: position.source,
    age_ms,
    accuracy_m: position.accuracy_m,
    doubtful: !fixed && (age_ms > OLD_MS || (position.accuracy_m ?? 0) > COARSE_M),
  };
}
