import { DAY_MS } from './local-time';

/** Ways of travelling that the weather can stop. */
export const STOPPABLE = ['ebike', 'car'] as const;

/** The server takes no longer stops: weather changes. */
export const LONGEST_STOP_MS = 3 * DAY_MS;

export interface WeatherDraft {
  stops: string[];
  /** RFC 3339, empty while nothing is chosen. */
  until: string;
  note: string;
}

/** Returns what is wrong with what the weather shall forbid, null when nothing is. */
export function weatherFault({ stops, until }: WeatherDraft, now: number): 'missing' | 'not_ahead' | null {
  if (stops.length === 0) return null; // nothing is stopped any more
  if (until === '') return 'missing';
  const left = Date.parse(until) - now;
  return left > 0 && left <= LONGEST_STOP_MS ? null : 'not_ahead';
}
