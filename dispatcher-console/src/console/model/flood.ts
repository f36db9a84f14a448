import type { Ticket } from '../../generated/Ticket';
import { isRinging, receivedAt, urgencyOf } from './queue';

/** More new tickets than this within the window are a flood (报警潮). */
const FLOOD_ABOVE = 10;
/** It is over when there are no more than these: a list that regroups at each ticket could not be read. */
const CALM_AT = 5;
const WINDOW_MS = 10 * 60_000;

/** Tickets of one urgency in one village, while a flood lasts. */
export interface Group {
  key: string;
  urgency: '1' | '2' | '3' | '4';
  village: string;
  /** How many there are, shown or folded. */
  total: number;
  unanswered: number;
  /** When the longest unanswered one was received; null when somebody has them all. */
  oldest: number | null;
  open: boolean;
}

/** One line of the queue: a ticket, or the head of a group. */
export type Item = { key: string; ticket: Ticket } | { key: string; group: Group };

/** What a desk has in hand is never folded away under its eyes. */
export interface InHand {
  me: string | undefined;
  openTicket: string | null;
}

/** How many came within the window. */
export function newcomers(tickets: Iterable<Ticket>, now: number): number {
  let number = 0;
  for (const ticket of tickets) if (now - receivedAt(ticket) < WINDOW_MS) number += 1;
  return number;
}

export function isFloodAfter(wasFlood: boolean, newcomers: number): boolean {
  return newcomers > (wasFlood ? CALM_AT : FLOOD_ABOVE);
}

/** An alarm without an owner, or anything urgent that nobody answered: never inside a closed group. */
export function isUnanswered(ticket: Ticket): boolean {
  if (isRinging(ticket)) return true;
  const urgent = urgencyOf(ticket) <= '2';
  return urgent && (ticket.handling === 'waiting' || ticket.owner === null);
}

/** How many nobody has answered, and since when. */
export function waitingOf(tickets: Iterable<Ticket>): { unanswered: number; oldest: number | null } {
  let unanswered = 0;
  let oldest: number | null = null;
  for (const ticket of tickets) {
    if (!isUnanswered(ticket)) continue;
    unanswered += 1;
    const at = receivedAt(ticket);
    if (oldest === null || at < oldest) oldest = at;
  }
  return { unanswered, oldest };
}

/** The queue as it is without a flood: one line a ticket. */
export function ungrouped(rows: readonly Ticket[]): Item[] {
  return rows.map((ticket) => ({ key: ticket.id, ticket }));
}

/**
 * Groups tickets, already in order, by urgency and then by village. Within an urgency the villages
 * where somebody waits come first, within a village those who wait; what is alone has no head.
 */
export function grouped(rows: readonly Ticket[], opened: ReadonlySet<string>, hand: InHand): Item[] {
  const groups = new Map<string, Ticket[]>();
  for (const ticket of rows) {
    const key = `${urgencyOf(ticket)}/${ticket.who.village}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [ticket]);
    else group.push(ticket);
  }
  return [...groups]
    .map(([key, tickets]) => ({ key, tickets, urgency: urgencyOf(tickets[0] as Ticket), ...waitingOf(tickets) }))
    .sort((a, b) => Number(a.urgency) - Number(b.urgency) || Number(b.unanswered > 0) - Number(a.unanswered > 0))
    .flatMap(({ key, tickets, urgency, unanswered, oldest }) => {
      const waitingFirst = [...tickets.filter(isUnanswered), ...tickets.filter((ticket) => !isUnanswered(ticket))];
      if (tickets.length === 1) return ungrouped(waitingFirst);
      const open = opened.has(key);
      const village = tickets[0]?.who.village ?? '';
      const group = { key, urgency, village, total: tickets.length, unanswered, oldest, open };
      const shown = open ? waitingFirst : waitingFirst.filter((ticket) => isUnanswered(ticket) || isInHand(ticket, hand));
      return [{ key: `group/${key}`, group }, ...ungrouped(shown)];
    });
}

function isInHand(ticket: Ticket, { me, openTicket }: InHand): boolean {
  return ticket.id === openTicket || (me !== undefined && ticket.owner === me);
}
