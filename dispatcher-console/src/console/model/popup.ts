import type { Ticket } from '../../generated/Ticket';
import { isRinging, receivedAt } from './queue';

/** What decides whether a file may pop up by itself. */
export interface Desk {
  tickets: Iterable<Ticket>;
  /** The ticket whose file is open. */
  open: Ticket | null;
  /** Tickets that popped up or were opened here before: they do not come back by themselves. */
  shown: ReadonlySet<string>;
  /** The operator is typing or in the middle of a dialog. */
  busy: boolean;
}

/** Returns the alarms that nobody has answered and that were not shown here: the most urgent first, among equals the longest waiting. */
export function unseenAlarms({ tickets, shown }: Pick<Desk, 'tickets' | 'shown'>): Ticket[] {
  return [...tickets]
    .filter((ticket) => isRinging(ticket) && !shown.has(ticket.id))
    .sort((a, b) => a.urgency - b.urgency || receivedAt(a) - receivedAt(b));
}

/**
 * Returns the ticket whose file should pop up now, null for none.
 *
 * Never under the hands of somebody who types, and never over an alarm that is on the screen
 * and still unanswered: that one comes first.
 */
export function choosePopUp(desk: Desk): Ticket | null {
  if (desk.busy || (desk.open !== null && isRinging(desk.open))) return null;
  return unseenAlarms(desk)[0] ?? null;
}

/** Returns who rings now. */
export function ringingIds(tickets: Iterable<Ticket>): Set<string> {
  return new Set([...tickets].filter(isRinging).map(({ id }) => id));
}

/** The open ticket as it was and as it is, null when none or none that is open any more. */
export interface Change {
  passed: ReadonlySet<string>;
  before: Ticket | null;
  open: Ticket | null;
  ringing: () => ReadonlySet<string>;
}

/**
 * Returns the alarms that must not cover the open file: those that were already waiting when it was
 * taken in hand. They stay in the queue and in the red bar, and pop up once the file is done with.
 */
export function passedAfter({ passed, before, open, ringing }: Change): ReadonlySet<string> {
  if (before === null) return passed;
  if (open === null) return new Set(); // closed: the desk is free
  const justAnswered = before.id === open.id && isRinging(before) && !isRinging(open);
  return justAnswered ? ringing() : passed;
}
