import type { Offer } from '../../generated/Offer';

/** With so much left the countdown turns red and the bell hurries. */
const HURRY_MS = 10_000;

/** An offer whose time is up stays on the screen so long, while the centre decides. */
const GRACE_MS = 8_000;

export interface Countdown {
  /** Whole seconds left, rounded up: 0 means that the time is up. */
  left_s: number;
  /** What is left of the whole time, 1 to 0. */
  share: number;
  hurry: boolean;
  over: boolean;
}

/** Returns what is left to accept an offer, on the server's clock. */
export function countdownOf(offer: Offer, now: number): Countdown {
  const deadline = Date.parse(offer.deadline);
  const whole_ms = Math.max(1, deadline - Date.parse(offer.offered_at));
  const left_ms = Math.max(0, deadline - now);
  return {
    left_s: Math.ceil(left_ms / 1000),
    share: Math.min(1, left_ms / whole_ms),
    hurry: left_ms <= HURRY_MS,
    over: left_ms === 0,
  };
}

/** Returns whether an offer's time has been up for long enough to stop asking for an answer. */
export function isLapsed(offer: Offer, now: number): boolean {
  return now > Date.parse(offer.deadline) + GRACE_MS;
}
