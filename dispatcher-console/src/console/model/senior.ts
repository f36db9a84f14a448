import type { Ticket } from '../../generated/Ticket';
import { ordered } from './queue';

/** A senior's tickets: those in hand, from the feed, and those of the past, from the file. */
export interface SeniorTickets {
  open: Ticket[];
  past: Ticket[];
}

/** Returns a senior's tickets; where feed and file differ, the newer is true. */
export function ticketsOf(senior: string, fed: Iterable<Ticket>, filed: readonly Ticket[]): SeniorTickets {
  const all = new Map(filed.map((ticket) => [ticket.id, ticket]));
  for (const ticket of fed) {
    if (ticket.senior !== senior) continue;
    const known = all.get(ticket.id);
    if (known === undefined || known.seq < ticket.seq) all.set(ticket.id, ticket);
  }
  return {
    open: ordered([...all.values()].filter(({ status }) => status === 'open')),
    past: filed.filter(({ id }) => all.get(id)?.status !== 'open'),
  };
}
