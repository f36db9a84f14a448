import type { Polygon } from 'geojson';

const EARTH_M = 6_371_000;
const CORNERS = 64;

/** An e-bike's 15 km/h over streets that are 1.35 times as long as the straight line. */
const RING_SPEED_M_S = 15 / 3.6 / 1.35;

/** Returns the radius drawn for a ring, metres. A circle is a rough promise and the legend says so. */
export function ringRadius_m(minutes: number): number {
  return minutes * 60 * RING_SPEED_M_S;
}

/** Returns a circle on the ground as a polygon. */
export function circle(lat: number, lon: number, radius_m: number): Polygon {
  const dLat = (radius_m / EARTH_M) * (180 / Math.PI);
  const dLon = dLat / Math.cos((lat * Math.PI) / 180);
  const corners = Array.from({ length: CORNERS + 1 }, (_, i) => {
    const angle = ((i % CORNERS) / CORNERS) * 2 * Math.PI;
    return [lon + dLon * Math.cos(angle), lat + dLat * Math.sin(angle)];
  });
  return { type: 'Polygon', coordinates: [corners] };
}
