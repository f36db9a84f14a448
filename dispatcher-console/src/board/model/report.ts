import { dayAfter, momentOf } from '../../console/model/local-time';
import type { PhaseTimes, ResponseTimes } from './answers';

/**
 * `unsure`: the report tells the 50th, 90th and 99th percentile, and what is asked for lies between two of them.
 * `none`: there is nothing to judge yet.
 */
export type Verdict = 'met' | 'missed' | 'unsure' | 'none';

/** So many alarms are answered within so long. */
export interface AnswerTarget {
  within_s: number;
  share: number;
}

export const ANSWER_TARGETS: readonly AnswerTarget[] = [
  { within_s: 60, share: 0.975 },
  { within_s: 180, share: 0.99 },
];

/** The promise: everybody whom somebody went to is reached within this, counted from receiving. */
export const PROMISE_MIN = 30;

/** A percentile that the report tells, for people: so many percent took no longer than this. */
export interface Known {
  percent: 50 | 90 | 99;
  time_s: number;
}

function knownOf({ n, p50_s, p90_s, p99_s }: PhaseTimes): Known[] {
  if (n === 0 || p50_s === null || p90_s === null || p99_s === null) return [];
  return [
    { percent: 50, time_s: p50_s },
    { percent: 90, time_s: p90_s },
    { percent: 99, time_s: p99_s },
  ];
}

/** Returns the greatest percentile that is no more than a share; null where nothing came so far. */
export function nearestKnown(phase: PhaseTimes, share: number): Known | null {
  return knownOf(phase).findLast(({ percent }) => percent <= share * 100) ?? null;
}

export function answerVerdict(phase: PhaseTimes, { within_s, share }: AnswerTarget): Verdict {
  const known = knownOf(phase);
  if (known.length === 0) return 'none';
  if (known.some(({ percent, time_s }) => percent >= share * 100 && time_s <= within_s)) return 'met';
  if (known.some(({ percent, time_s }) => percent <= share * 100 && time_s > within_s)) return 'missed';
  return 'unsure';
}

export function promiseVerdict({ within }: Pick<ResponseTimes, 'within'>): Verdict {
  const share = within[String(PROMISE_MIN)] ?? null;
  if (share === null) return 'none';
  return share === 1 ? 'met' : 'missed';
}

/** Returns the address of today's report; `day` is the district's, `2026-11-23`. */
export function reportPath(day: string, zone: string): string {
  const [from, to] = [day, dayAfter(day, 1)].map((it) => new Date(momentOf({ day: it, time: '00:00' }, zone)).toISOString());
  return `/v1/reports/response-times?${new URLSearchParams({ from: from ?? '', to: to ?? '', group: 'day' }).toString()}`;
}
