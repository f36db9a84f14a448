import type { Ticket } from '../../generated/Ticket';
import { isRinging, receivedAt, urgencyOf } from './queue';

/** Whoever is asked when nobody helps: a ticket that climbed there concerns everybody again. */
const CLIMBED = ['shift_lead', 'supervisor', 'leader'];

/** Returns the alarm that sounds: the most urgent that nobody owns, of those the longest waiting. */
export function soundingOf(tickets: Iterable<Ticket>): Ticket | null {
  let first: Ticket | null = null;
  for (const ticket of tickets) {
    if (!isRinging(ticket)) continue;
    if (
      first === null ||
      ticket.urgency < first.urgency ||
      (ticket.urgency === first.urgency && receivedAt(ticket) < receivedAt(first))
    )
      first = ticket;
  }
  return first;
}

/**
 * Returns the ticket that has to be heard once more, null for none: pressed again, or climbed to
 * everybody, whoever owns it. Of several the most urgent.
 */
export function heardAgain(before: ReadonlyMap<string, Ticket>, after: ReadonlyMap<string, Ticket>): Ticket | null {
  let first: Ticket | null = null;
  for (const ticket of after.values()) {
    const known = before.get(ticket.id);
    if (known === undefined || known === ticket) continue;
    if (ticket.signals <= known.signals && !hasClimbed(known, ticket)) continue;
    if (first === null || urgencyOf(ticket) < urgencyOf(first)) first = ticket;
  }
  return first;
}

function hasClimbed(before: Ticket, after: Ticket): boolean {
  return CLIMBED.some((target) => after.escalated_to.includes(target) && !before.escalated_to.includes(target));
}
