import type { Way } from '../../generated/Way';
import { distance_m, type Point } from '../../shared/distance';

/** When the way was asked for last, between which places as far as the page knew, and whether an answer came. */
export interface Asked {
  at: number;
  from: Point | null;
  to: Point | null;
  failed: boolean;
}

/** Asked for at most so often, milliseconds… */
const EVERY_MS = 30_000;
/** …when the phone is so far from where it was, metres… */
const MOVED_M = 150;
/** …or the place to go to, which an operator corrects and a senior's phone moves, metres… */
const PLACE_MOVED_M = 50;
/** …or so long ago, milliseconds: the centre may know a better way by now. */
const OLD_MS = 180_000;

/** Returns whether to ask for the way anew: once it was not answered, or either end of it has moved. */
export function isDue(last: Asked | null, here: Point | null, place: Point | null, now: number): boolean {
  if (last === null) return true;
  if (now - last.at < EVERY_MS) return false;
  const hasMoved = isElsewhere(last.from, here, MOVED_M) || isElsewhere(last.to, place, PLACE_MOVED_M);
  return last.failed || hasMoved || now - last.at >= OLD_MS;
}

/** A place that is not known any more has not moved. */
function isElsewhere(before: Point | null, now: Point | null, most_m: number): boolean {
  return now !== null && (before === null || distance_m(before, now) > most_m);
}

/** An older position is said to be old. */
const OLD_POSITION_MS = 120_000;

/** Returns how old the place is that the way begins with; null when the phone is still near it, or it is a standby place. */
export function oldBeginning_ms({ way, at }: KnownWay, here: Point | null, now: number): number | null {
  const [first] = way.line;
  if (way.position_age_s === null || first === undefined) return null;
  const age_ms = way.position_age_s * 1000 + (now - at);
  const isHere = here !== null && distance_m(here, placeAt(first)) <= MOVED_M;
  return isHere || age_ms <= OLD_POSITION_MS ? null : age_ms;
}

/** A way, and when it came: minutes and ages count from then. */
export interface KnownWay {
  way: Way;
  at: number;
}

function placeAt([lon, lat]: readonly [number, number]): Point {
  return { lat, lon };
}

/** A way as it is drawn without a map: north is above, all of it inside the box. `start` is the phone where it is known. */
export interface Drawing {
  path: string;
  start: readonly [number, number];
  end: readonly [number, number];
}

/** Room between the ends and the edge of the drawing. */
const EDGE = 22;

/** Returns the drawing of a line of longitudes and latitudes in a box; null when there is no line. */
export function drawingOf(line: readonly (readonly [number, number])[], here: Point | null, width: number, height: number): Drawing | null {
  const [, lat0] = line[0] ?? [0, 0];
  const squeeze = Math.cos((lat0 * Math.PI) / 180);
  // The phone is placed with the line, and drawn apart from it.
  const all = here === null ? line : [...line, [here.lon, here.lat] as const];
  const flat = all.map(([lon, lat]) => [lon * squeeze, -lat] as const);
  const [xs, ys] = [flat.map(([x]) => x), flat.map(([, y]) => y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  // Whoever stands at the door already has a way of no length.
  const scale = Math.min((width - 2 * EDGE) / Math.max(right - left, 1e-6), (height - 2 * EDGE) / Math.max(bottom - top, 1e-6));
  const round = (value: number): number => Math.round(value * 10) / 10;
  const dots = flat.map(
    ([x, y]) =>
      [round(width / 2 + (x - (left + right) / 2) * scale), round(height / 2 + (y - (top + bottom) / 2) * scale)] as const,
  );
  const placed = dots.slice(0, line.length);
  const [start, end] = [here === null ? placed[0] : dots.at(-1), placed.at(-1)];
  if (start === undefined || end === undefined) return null;
  return { path: placed.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x} ${y}`).join(''), start, end };
}
