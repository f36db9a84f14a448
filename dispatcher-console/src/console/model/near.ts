import { ringRadius_m } from './circle';
import type { Mark } from './people';

/** Somebody on duty, with where that is from the senior. */
export interface Near {
  mark: Mark;
  /** By straight line, metres. */
  distance_m: number;
  /** Metres to the east and to the north. */
  east_m: number;
  north_m: number;
}

const M_PER_DEGREE = 111_320;

/** Returns people by how far they are from a place, the nearest first. */
export function nearest(marks: Mark[], from: { lat: number; lon: number }): Near[] {
  const perLon = M_PER_DEGREE * Math.cos((from.lat * Math.PI) / 180);
  const near = marks.map((mark) => {
    const east_m = (mark.lon - from.lon) * perLon;
    const north_m = (mark.lat - from.lat) * M_PER_DEGREE;
    return { mark, east_m, north_m, distance_m: Math.hypot(east_m, north_m) };
  });
  return near.sort((a, b) => a.distance_m - b.distance_m);
}

/** Returns the ring somebody is in, minutes; null beyond the last. */
export function ringOf(distance_m: number, rings: readonly number[]): number | null {
  return rings.find((minutes) => distance_m <= ringRadius_m(minutes)) ?? null;
}
