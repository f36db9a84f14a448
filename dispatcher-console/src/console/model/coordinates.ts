/** A place as a person says it: WGS-84 degrees. */
export interface Coordinates {
  lat: number;
  lon: number;
}

/** Returns the coordinates in a text (`24.51, 117.66`), null when it holds none. */
export function coordinatesIn(text: string): Coordinates | null {
  const narrow = text.normalize('NFKC').replaceAll('\u3001', ',').replaceAll('\u3002', '.');
  const [first, second, ...more] = narrow.match(/-?\d+(?:\.\d+)?/g) ?? [];
  if (first === undefined || second === undefined || more.length > 0) return null;
  const [a, b] = [Number(first), Number(second)];
  // Longitude first, as many maps copy it: what cannot be a latitude is not one.
  const [lat, lon] = Math.abs(a) > 90 ? [b, a] : [a, b];
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && (lat !== 0 || lon !== 0) ? { lat, lon } : null;
}

/** Returns a place as it is read out and written down: five decimals are a metre. */
export function coordinateText({ lat, lon }: Coordinates): string {
  return `${lat.toFixed(5)}, ${lon.toFixed(5)}`;
}

const M_PER_DEGREE = 111_320;
const STEP_M = 10;
const FAR_M = 100;

/** East and north of one step. */
const WAYS = new Map<string, readonly [number, number]>([
  ['ArrowUp', [0, 1]],
  ['ArrowDown', [0, -1]],
  ['ArrowLeft', [-1, 0]],
  ['ArrowRight', [1, 0]],
]);

/** Returns a place after an arrow key, ten metres on or a hundred with Shift; null for any other key. */
export function movedBy<C extends Coordinates>(place: C, key: string, far: boolean): C | null {
  const way = WAYS.get(key);
  if (way === undefined) return null;
  const step_m = far ? FAR_M : STEP_M;
  const lat = place.lat + (way[1] * step_m) / M_PER_DEGREE;
  const lon = place.lon + (way[0] * step_m) / (M_PER_DEGREE * Math.cos((place.lat * Math.PI) / 180));
  return movedTo(place, lat, lon);
}

/** Returns it at another place, to a tenth of a metre: more is noise. It stays where a map can show it. */
export function movedTo<C extends Coordinates>(place: C, lat: number, lon: number): C {
  const round = (degrees: number): number => Math.round(degrees * 1e6) / 1e6;
  return { ...place, lat: round(Math.min(85, Math.max(-85, lat))), lon: round(((((lon + 180) % 360) + 360) % 360) - 180) };
}
