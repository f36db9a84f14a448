import type { Canary, CanaryFailure } from './answers';

/** What the made-up alarms say. */
export type CanaryVerdict =
  /** None are made up. */
  | { is: 'off' }
  /** The first round is not over. */
  | { is: 'waiting' }
  /** The last round is so old that it says nothing about now. */
  | { is: 'old'; age_s: number }
  /** Every alarm arrived; the slowest after so long. */
  | { is: 'well'; ports: number; slowest_ms: number }
  /** These did not. */
  | { is: 'broken'; failures: { port: string; why: CanaryFailure }[] };

/** So many rounds may be missing: one may be late, and one is under way. */
const ROUNDS = 3;

/** Returns what the last round says now; `now` is the service's time, milliseconds. */
export function canaryVerdict(canary: Canary | null, now: number): CanaryVerdict {
  if (canary === null) return { is: 'off' };
  if (canary.at === null) return { is: 'waiting' };
  const age_s = Math.max(0, Math.floor((now - Date.parse(canary.at)) / 1000));
  if (age_s > ROUNDS * canary.every_s) return { is: 'old', age_s };
  const failures = canary.ports.flatMap(({ port, failure }) => (failure === null ? [] : [{ port, why: failure }]));
  if (failures.length > 0) return { is: 'broken', failures };
  return { is: 'well', ports: canary.ports.length, slowest_ms: Math.max(...canary.ports.map(({ took_ms }) => took_ms ?? 0)) };
}
