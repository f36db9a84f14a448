import type { Ticket } from '../../generated/Ticket';
import type { TimelineEntry } from '../../generated/TimelineEntry';
import { isEmergency, receivedAt } from './queue';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The steps from the key to the closing, in their order. */
export const MILESTONES = ['received', 'answered', 'first_offered', 'accepted', 'on_scene', 'with_senior', 'closed'] as const;
export type Milestone = (typeof MILESTONES)[number];

/** What is promised: a step within so long of another; `grave_ms` is when it is a failure and no delay. */
interface Target {
  of: 'received' | 'first_offered' | 'closed';
  within_ms: number;
  grave_ms: number;
}

/**
 * The promises of the service, as they are without settings: the API does not tell what a centre has
 * set. `answered`: `handling.answer_within_s`, `handling.supervisor_after_s`. `accepted`:
 * `dispatch.widen_after_s`, `dispatch.escalate_after_s`, from the first offer, as the reports count.
 * `on_scene`: the first and the last of `dispatch.rings_min`. `followed_up`: the call back of the next day.
 */
const TARGETS: Readonly<Record<'answered' | 'accepted' | 'on_scene' | 'followed_up', Target>> = {
  answered: { of: 'received', within_ms: 15 * SECOND, grave_ms: 60 * SECOND },
  accepted: { of: 'first_offered', within_ms: 60 * SECOND, grave_ms: 180 * SECOND },
  on_scene: { of: 'received', within_ms: 10 * MINUTE, grave_ms: 30 * MINUTE },
  followed_up: { of: 'closed', within_ms: 24 * HOUR, grave_ms: 48 * HOUR },
};

/** How a step stands to its target. */
export interface Lateness {
  /** By how much it is late; 0 is in time. */
  by_ms: number;
  within_ms: number;
  grave: boolean;
}

/** Returns how late a step was, or is by now; null where nothing is promised or nothing has begun. */
export function latenessOf(ticket: Ticket, step: string, at: number): Lateness | null {
  if (!isEmergency(ticket) || !hasTarget(step)) return null;
  const { of, within_ms, grave_ms } = TARGETS[step];
  const began = momentOf(ticket, of);
  if (began === null) return null;
  const taken_ms = at - began;
  return { by_ms: Math.max(0, taken_ms - within_ms), within_ms, grave: taken_ms > grave_ms };
}

function hasTarget(step: string): step is keyof typeof TARGETS {
  return Object.hasOwn(TARGETS, step);
}

/** One step of the strip at the head of a file. */
export interface MilestoneView {
  step: Milestone;
  at: number | null;
  /** From what was received until then. */
  since_ms: number | null;
  /** From whatever step was last before it. */
  gap_ms: number | null;
  /** `ahead`: not yet; `skipped`: something after it has happened without it. */
  state: 'done' | 'ahead' | 'skipped';
  late: Lateness | null;
}

/** Returns the way of a ticket from the key to the closing, with what is late by now. */
export function milestonesOf(ticket: Ticket, now: number): MilestoneView[] {
  const start = receivedAt(ticket);
  const moments = MILESTONES.map((step) => momentOf(ticket, step));
  const last = moments.findLastIndex((at) => at !== null);
  return MILESTONES.map((step, index) => {
    const at = moments[index] ?? null;
    const state = at !== null ? 'done' : index < last || ticket.status === 'closed' ? 'skipped' : 'ahead';
    const late = state === 'skipped' ? null : latenessOf(ticket, step, at ?? now);
    return {
      step,
      at,
      since_ms: at === null ? null : at - start,
      gap_ms: at === null ? null : gapBefore(moments, index, at),
      state,
      // What lies ahead is worth a word only once it is late.
      late: at === null && late?.by_ms === 0 ? null : late,
    };
  });
}

function gapBefore(moments: readonly (number | null)[], index: number, at: number): number | null {
  const before = moments.filter((other, place) => other !== null && (other < at || (other === at && place < index)));
  return before.length === 0 ? null : at - Math.max(...before.map(Number));
}

/** Returns how late entries of a timeline were; only the first of a kind counts, as in the reports. */
export function latenessesOf(ticket: Ticket, entries: readonly TimelineEntry[]): ReadonlyMap<number, Lateness> {
  const found = new Map<number, Lateness>();
  const seen = new Set<string>();
  for (const { seq, event, at } of entries) {
    if (seen.has(event)) continue;
    seen.add(event);
    const late = latenessOf(ticket, event, Date.parse(at));
    if (late !== null) found.set(seq, late);
  }
  return found;
}

function momentOf(ticket: Ticket, step: Milestone): number | null {
  const at = step === 'received' ? (ticket.times.received ?? ticket.times.opened) : ticket.times[step];
  return at === null ? null : Date.parse(at);
}
