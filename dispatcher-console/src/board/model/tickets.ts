import { isEmergency, isRinging, isWork, receivedAt } from '../../console/model/queue';
import type { Ticket } from '../../generated/Ticket';

const MINUTE_MS = 60_000;

/** How far help is: the farthest that anybody who was asked has come. */
export type Stage = 'nobody' | 'offered' | 'onTheWay' | 'atDoor' | 'left';

const STAGES: readonly [Stage, readonly string[]][] = [
  ['atDoor', ['on_scene', 'escorting']],
  ['onTheWay', ['accepted']],
  ['offered', ['offered']],
];

export function stageOf({ offers, times }: Pick<Ticket, 'offers' | 'times'>): Stage {
  const found = STAGES.find(([, statuses]) => offers.some(({ status }) => statuses.includes(status)));
  if (found !== undefined) return found[0];
  // Somebody was there and is done; the ticket is not closed yet.
  return times.on_scene === null ? 'nobody' : 'left';
}

/** How long an alarm has waited for an operator: the targets are 60 and 180 seconds. */
export type Wait = 'none' | 'fresh' | 'over15' | 'over60' | 'over180';

export function waitOf(ticket: Ticket, now: number): Wait {
  if (!isRinging(ticket)) return 'none';
  const age_s = (now - receivedAt(ticket)) / 1000;
  if (age_s > 180) return 'over180';
  if (age_s > 60) return 'over60';
  return age_s > 15 ? 'over15' : 'fresh';
}

/** Returns the open tickets for the list: what is urgent by nature first, in either part the oldest first. */
export function byAge(tickets: Iterable<Ticket>): Ticket[] {
  const urgent = (ticket: Ticket): boolean => isEmergency(ticket) || isRinging(ticket);
  return [...tickets]
    .filter((ticket) => !isWork(ticket))
    .sort((a, b) => Number(urgent(b)) - Number(urgent(a)) || receivedAt(a) - receivedAt(b) || a.number - b.number);
}

export interface NowFigures {
  /** Alarms that nobody has answered. */
  unanswered: number;
  /** How long the oldest of them has waited. */
  longestWait_ms: number | null;
  /** Emergencies by how far help is. */
  stages: Record<Stage, number>;
  /** Open tickets that are no emergencies, work on devices aside. */
  others: number;
}

export function nowFigures(tickets: Iterable<Ticket>, now: number): NowFigures {
  const figures: NowFigures = {
    unanswered: 0,
    longestWait_ms: null,
    stages: { nobody: 0, offered: 0, onTheWay: 0, atDoor: 0, left: 0 },
    others: 0,
  };
  for (const ticket of tickets) {
    if (isWork(ticket)) continue;
    if (isEmergency(ticket)) figures.stages[stageOf(ticket)]++;
    else figures.others++;
    if (!isRinging(ticket)) continue;
    figures.unanswered++;
    figures.longestWait_ms = Math.max(figures.longestWait_ms ?? 0, now - receivedAt(ticket));
  }
  return figures;
}

/** Returns how many emergencies are older than so many minutes with nobody at the door yet. */
export function notThereAfter(tickets: Iterable<Ticket>, minutes: number, now: number): number {
  let number = 0;
  for (const ticket of tickets)
    if (isEmergency(ticket) && ticket.times.on_scene === null && now - receivedAt(ticket) > minutes * MINUTE_MS) number++;
  return number;
}

/** The loop wakes once a second and its word needs another to come here; what is later than this is late. */
const OVERDUE_MS = 5_000;

/** Returns how many tickets have a next step whose time has passed without it, and by how much the worst. */
export function overdueSteps(tickets: Iterable<Ticket>, now: number): { number: number; worst_ms: number } {
  const late_ms = [...tickets]
    .flatMap(({ next }) => (next === null ? [] : [now - Date.parse(next.at)]))
    .filter((late) => late > OVERDUE_MS);
  return { number: late_ms.length, worst_ms: Math.max(0, ...late_ms) };
}
