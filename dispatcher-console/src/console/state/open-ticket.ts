import type { Ticket } from '../../generated/Ticket';
import { useDesk } from './desk';

/** Returns the open ticket whose file is on the desk, null for none. */
export function openTicketOf(tickets: ReadonlyMap<string, Ticket>): Ticket | null {
  const { openTicket } = useDesk.getState();
  return openTicket === null ? null : (tickets.get(openTicket) ?? null);
}
