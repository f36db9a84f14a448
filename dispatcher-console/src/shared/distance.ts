/** Mean radius of the earth, metres (IUGG R1). */
const EARTH_RADIUS_M = 6_371_008.8;

/** A place, WGS-84 degrees. */
export interface Point {
  lat: number;
  lon: number;
}

/** Returns the straight-line distance in metres (haversine). */
export function distance_m(from: Point, to: Point): number {
  const rad = Math.PI / 180;
  const half = (a: number, b: number): number => Math.sin(((b - a) * rad) / 2) ** 2;
  const h =
    half(from.lat, to.lat) +
    Math.cos(from.lat * rad) * Math.cos(to.lat * rad) * half(from.lon, to.lon);
  return 2 * EARTH_RADIUS_M * Math.asin(Math.sqrt(Math.min(1, h)));
}
