import type { Ticket } from '../../generated/Ticket';

/** Kinds for which an old person may be in danger now: they ring and pop up. */
const ALARMING = new Set(['sos', 'fall', 'silent', 'help', 'call', 'wandering']);

/** Kinds for which a team is sent: as the domain has them. */
const EMERGENCIES = new Set(['sos', 'fall', 'silent', 'help', 'call']);

/** After these ages a waiting row changes its look; the first is the promise, the second the supervisor's. */
const LATE_MS = 15_000;
const VERY_LATE_MS = 60_000;

/** Work on devices: nobody is in danger, so it has a place of its own beside the emergencies. */
export function isWork(ticket: Ticket): boolean {
  return ticket.kind === 'equipment';
}

/** Whether a team is sent. */
export function isEmergency(ticket: Ticket): boolean {
  return EMERGENCIES.has(ticket.kind);
}

export type Owner = 'nobody' | 'me' | 'other';

/** Tickets are never changed, only replaced: what was read of one once stays true of it. */
const received = new WeakMap<Ticket, number>();

/** When the clock of a ticket started, Unix milliseconds. */
export function receivedAt(ticket: Ticket): number {
  let at = received.get(ticket);
  if (at === undefined) {
    at = Date.parse(ticket.times.received ?? ticket.times.opened ?? '') || 0;
    received.set(ticket, at);
  }
  return at;
}

/** Returns tickets most urgent first, then newest. */
export function ordered(tickets: Iterable<Ticket>): Ticket[] {
  return [...tickets].sort(
    (a, b) => a.urgency - b.urgency || receivedAt(b) - receivedAt(a) || b.number - a.number,
  );
}

/** Returns whether a ticket rings: an emergency that nobody has answered. */
export function isRinging(ticket: Ticket): boolean {
  return ticket.status === 'open' && ticket.handling === 'waiting' && ALARMING.has(ticket.kind);
}

export function ownerOf(ticket: Ticket, me: string | undefined): Owner {
  if (ticket.owner === null) return 'nobody';
  return ticket.owner === me ? 'me' : 'other';
}

/** Returns how overdue an answer is: 0 in time, 1 past the promise, 2 past the supervisor's deadline. */
export function waitLevel(ticket: Ticket, now: number): 0 | 1 | 2 {
  if (!isRinging(ticket)) return 0;
  const age = now - receivedAt(ticket);
  if (age >= VERY_LATE_MS) return 2;
  return age >= LATE_MS ? 1 : 0;
}

/** Returns the urgency as a class and a word's key; unknown numbers count as the least urgent. */
export function urgencyOf(ticket: Ticket): '1' | '2' | '3' | '4' {
  if (ticket.urgency === 1 || ticket.urgency === 2 || ticket.urgency === 3) return `${ticket.urgency}`;
  return '4';
}
