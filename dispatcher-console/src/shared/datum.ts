/** A place on the globe, degrees. */
export interface Point {
  lat: number;
  lon: number;
}

/** The ellipsoid behind the shift of Chinese maps: half the long axis in metres, and its excentricity squared. */
const AXIS_M = 6_378_245;
const EXCENTRICITY = 0.006_693_421_622_965_943;

/** Baidu's own turn. */
const BAIDU = (Math.PI * 3000) / 180;

/** Outside of it nobody shifts maps: a box around the mainland, as the public transformation has it. */
const isShifted = ({ lat, lon }: Point): boolean => lon >= 72.004 && lon <= 137.8347 && lat >= 0.8293 && lat <= 55.8271;

/** Returns where a WGS-84 place lies on Chinese maps (GCJ-02). */
export function gcj02(place: Point): Point {
  if (!isShifted(place)) return place;
  const { lat, lon } = place;
  const x = lon - 105;
  const y = lat - 35;
  const wave = (20 * Math.sin(6 * x * Math.PI) + 20 * Math.sin(2 * x * Math.PI)) * (2 / 3);
  const north =
    -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x)) + wave +
    (20 * Math.sin(y * Math.PI) + 40 * Math.sin((y / 3) * Math.PI)) * (2 / 3) +
    (160 * Math.sin((y / 12) * Math.PI) + 320 * Math.sin((y * Math.PI) / 30)) * (2 / 3);
  const east =
    300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x)) + wave +
    (20 * Math.sin(x * Math.PI) + 40 * Math.sin((x / 3) * Math.PI)) * (2 / 3) +
    (150 * Math.sin((x / 12) * Math.PI) + 300 * Math.sin((x / 30) * Math.PI)) * (2 / 3);
  const turn = (lat / 180) * Math.PI;
  const flat = 1 - EXCENTRICITY * Math.sin(turn) ** 2;
  const root = Math.sqrt(flat);
  return {
    lat: lat + (north * 180) / (((AXIS_M * (1 - EXCENTRICITY)) / (flat * root)) * Math.PI),
    lon: lon + (east * 180) / ((AXIS_M / root) * Math.cos(turn) * Math.PI),
  };
}

/** Returns where a WGS-84 place lies on Baidu's map (BD-09). */
export function bd09(place: Point): Point {
  if (!isShifted(place)) return place;
  const { lat, lon } = gcj02(place);
  const far = Math.hypot(lon, lat) + 0.000_02 * Math.sin(lat * BAIDU);
  const angle = Math.atan2(lat, lon) + 0.000_003 * Math.cos(lon * BAIDU);
  return { lat: far * Math.sin(angle) + 0.006, lon: far * Math.cos(angle) + 0.0065 };
}
