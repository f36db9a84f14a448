import type { WordKey } from '../words/words';

/** A place the phone found, with the time by the server's clock. */
export interface Fix {
  lat: number;
  lon: number;
  accuracy_m: number;
  /** Metres a second, where the phone knows. */
  speed_mps: number | null;
  /** Server's time, Unix milliseconds. */
  at: number;
}

/** What is known of sharing the own position. Times by the server's clock. */
export type PositionState =
  | { kind: 'off' }
  | { kind: 'asking' }
  | { kind: 'blocked'; why: 'denied' | 'insecure' | 'unsupported' }
  | { kind: 'searching' }
  | { kind: 'unsent'; fix: Fix }
  | { kind: 'shared'; fix: Fix; sentAt: number };

const MOVING_EVERY_MS = 10_000;
const STILL_EVERY_MS = 60_000;
/** Less than the usual error of a phone is no movement. */
const MOVED_M = 20;
const MOVING_MPS = 1;
/** After so long the centre may count a position as stale (`dispatch.position_stale_s` is 120). */
const OLD_MS = 90_000;

const EARTH_RADIUS_M = 6_371_008.8;

interface Point {
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

/** A position that was sent, and when. */
export interface Sent {
  fix: Fix;
  sentAt: number;
}

/**
 * Returns whether a position is due: at most one every 10 s on the move, one a minute at rest.
 *
 * The one a minute also says "I am alive", so it goes out even when nothing moved.
 */
export function isReportDue(last: Sent | null, fix: Fix, now: number): boolean {
  if (last === null) return true;
  const waited = now - last.sentAt;
  const moving = (fix.speed_mps ?? 0) >= MOVING_MPS || distance_m(last.fix, fix) >= MOVED_M;
  return waited >= (moving ? MOVING_EVERY_MS : STILL_EVERY_MS);
}

/** What the page says about the own position. */
export interface PositionWords {
  text: WordKey;
  /** Age to fill in, milliseconds. */
  age_ms: number | null;
  accuracy_m: number | null;
  help: WordKey | null;
  tone: 'good' | 'wait' | 'bad';
  /** Whether asking again can help. */
  retry: boolean;
}

function words(
  text: WordKey,
  tone: PositionWords['tone'],
  help: WordKey | null,
  more: Partial<PositionWords> = {},
): PositionWords {
  return { text, tone, help, age_ms: null, accuracy_m: null, retry: false, ...more };
}

/** Returns what to say of the own position, honestly: what is not shared is not called shared. */
export function positionWords(state: PositionState, now: number): PositionWords {
  switch (state.kind) {
    case 'off':
      return words('position.off', 'wait', null);
    case 'asking':
      return words('position.asking', 'wait', 'position.asking_help');
    case 'searching':
      return words('position.searching', 'wait', 'position.searching_help');
    case 'blocked':
      return words(`position.${state.why}`, 'bad', `position.${state.why}_help`, {
        retry: state.why === 'denied',
      });
    case 'unsent':
      return words('position.unsent', 'bad', 'position.unsent_help');
    case 'shared': {
      const fixAge = now - state.fix.at;
      if (fixAge > OLD_MS) return words('position.old', 'bad', 'position.old_help', { age_ms: fixAge });
      return words('position.shared', 'good', null, {
        age_ms: now - state.sentAt,
        accuracy_m: state.fix.accuracy_m,
      });
    }
  }
}

/** Returns the last place the phone found; null when it found none. */
export function lastFix(state: PositionState): Fix | null {
  return state.kind === 'shared' || state.kind === 'unsent' ? state.fix : null;
}
