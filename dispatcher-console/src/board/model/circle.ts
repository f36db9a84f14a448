import type { CoverNow } from '../../generated/CoverNow';
import type { Ticket } from '../../generated/Ticket';
import type { CoverageNow } from './answers';
import { notThereAfter, waitOf } from './tickets';

/** The promise: everybody whom somebody went to is reached within this, counted from receiving. */
const PROMISE_MIN = 30;

/** Whether the rescue circle holds now. `unknown` is an answer too: what is old is no reason to be calm. */
export type CircleState = 'holds' | 'strained' | 'broken' | 'unknown';

export type CircleReason = 'notLive' | 'noCoverage' | 'late30' | 'uncovered' | 'late10' | 'unanswered' | 'short';

export interface Circle {
  state: CircleState;
  /** Why, the worst first. */
  reasons: { reason: CircleReason; number: number }[];
}

export interface CircleFacts {
  live: boolean;
  tickets: Iterable<Ticket>;
  /** Null while it is not known, or old. */
  coverage: CoverageNow | null;
  cover: CoverNow | null;
}

const FIRST_RING_MIN = 10;

/**
 * Broken is what breaks the promise: somebody waits longer than half an hour, or lives where nobody free would be
 * within it. Strained is what may break it next.
 */
export function circleOf({ live, tickets, coverage, cover }: CircleFacts, now: number): Circle {
  if (!live) return { state: 'unknown', reasons: [{ reason: 'notLive', number: 0 }] };
  const open = [...tickets];
  const late30 = notThereAfter(open, PROMISE_MIN, now);
  const late10 = notThereAfter(open, FIRST_RING_MIN, now) - late30;
  const unanswered = open.filter((ticket) => ['over60', 'over180'].includes(waitOf(ticket, now))).length;
  const some = (reason: CircleReason, number: number): Circle['reasons'] => (number > 0 ? [{ reason, number }] : []);
  const broken = [...some('late30', late30), ...some('uncovered', coverage === null ? 0 : uncovered(coverage))];
  const strained = [...some('late10', late10), ...some('unanswered', unanswered), ...some('short', shortNow(cover))];
  const unknown: Circle['reasons'] = coverage === null ? [{ reason: 'noCoverage', number: 0 }] : [];
  const reasons = [...broken, ...unknown, ...strained];
  if (broken.length > 0) return { state: 'broken', reasons };
  if (unknown.length > 0) return { state: 'unknown', reasons };
  return { state: strained.length > 0 ? 'strained' : 'holds', reasons };
}

/** Returns how many seniors nobody who is free reaches within the widest ring. */
function uncovered({ seniors, within }: CoverageNow): number {
  return seniors - Math.max(0, ...Object.values(within));
}

/** Returns how many are missing on duty, of those the centre wants there now. */
export function shortNow(cover: Pick<CoverNow, 'asked' | 'on_duty'> | null): number {
  if (cover === null) return 0;
  const { asked, on_duty } = cover;
  return Math.max(0, asked.aides - on_duty.aides) + Math.max(0, asked.rescuers - on_duty.rescuers);
}
