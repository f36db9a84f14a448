import { distance_m } from '../../shared/distance';
import type { WordKey } from '../words/words';

export { distance_m };

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
  /** The phone says that it is suddenly somewhere else; `fix` is where it was, `jump_m` how far it went. */
  | { kind: 'doubted'; fix: Fix; jump_m: number }
  | { kind: 'shared'; fix: Fix; sentAt: number };

const MOVING_EVERY_MS = 10_000;
const STILL_EVERY_MS = 60_000;
/** Less than the usual error of a phone is no movement. */
const MOVED_M = 20;
const MOVING_MPS = 1;
/** After so long the centre may count a position as stale (`dispatch.position_stale_s` is 120). */
const OLD_MS = 90_000;

/** Faster than anybody travels here, metres a second (180 km/h): the phone jumped, not the aide. */
const JUMP_MPS = 50;
/** A shorter jump makes nobody the wrong one to send. */
const JUMP_M = 500;
/** The phone is believed once it has stood by a jump for so long. */
const BELIEVED_AFTER_MS = 20_000;

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

/** A place the phone jumped to, and since when it has stood by it: some phones stamp each answer alike. */
export interface Doubt {
  fix: Fix;
  since: number;
}

/** Returns whether nobody can have gone that far since: more than both circles of error allow. */
function isJump(from: Fix, to: Fix): boolean {
  const way_m = distance_m(from, to) - from.accuracy_m - to.accuracy_m;
  const took_s = Math.max(1, (to.at - from.at) / 1000);
  return way_m >= JUMP_M && way_m / took_s > JUMP_MPS;
}

/**
 * Returns the doubt about what the phone says now; null when it is believed.
 *
 * Between high houses a phone can be 5 km away for a moment and back: the centre would send somebody
 * who is not near. What the phone goes on saying is believed.
 */
export function doubtOf(last: Fix | null, doubt: Doubt | null, fix: Fix, now: number): Doubt | null {
  if (last === null || !isJump(last, fix)) return null;
  const since = doubt !== null && !isJump(doubt.fix, fix) ? doubt.since : now;
  return isBelieved({ fix, since }, now) ? null : { fix, since };
}

/** Returns whether a phone has stood by a jump for long enough, if only by saying nothing else. */
export function isBelieved({ since }: Doubt, now: number): boolean {
  return now - since >= BELIEVED_AFTER_MS;
}

/** A page that did not breathe for so long slept: `dispatch.position_stale_s` is 120. */
const SLEPT_MS = 120_000;

/** Returns how long the page slept between two of its own ticks; null when it did not. */
export function sleptFor(before: number, now: number): number | null {
  return now - before >= SLEPT_MS ? now - before : null;
}

/** What the page says about the own position. */
export interface PositionWords {
  text: WordKey;
  /** Age to fill in, milliseconds. */
  age_ms: number | null;
  accuracy_m: number | null;
  /** How far the phone jumped. */
  jump_m: number | null;
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
  return { text, tone, help, age_ms: null, accuracy_m: null, jump_m: null, retry: false, ...more };
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
    case 'doubted':
      return words('position.doubted', 'wait', 'position.doubted_help', { jump_m: state.jump_m });
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
  return 'fix' in state ? state.fix : null;
}
