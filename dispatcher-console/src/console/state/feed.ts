import type { Call } from '../../generated/Call';
import type { LiveMessage } from '../../generated/LiveMessage';
import type { Responder } from '../../generated/Responder';
import type { ResponderPosition } from '../../generated/ResponderPosition';
import type { Ticket } from '../../generated/Ticket';
import type { UnrecordedAlarm } from '../../generated/UnrecordedAlarm';

/** Alarms that came while the database was away: kept by the server, no tickets yet. */
export interface Unrecorded {
  /** Newest first; the server tells at most a hundred. */
  alarms: readonly UnrecordedAlarm[];
  /** How many there are. */
  total: number;
  /** Told on a connection that is lost; the next one says nothing when there are none any more. */
  former: boolean;
}

/** Telephone calls in progress, and those that ended in the last half minute. */
export interface Calls {
  /** The oldest first, always told whole. */
  list: readonly Call[];
  /** Whether calls were ever told of: there is a telephone exchange. */
  told: boolean;
  /** Told on a connection that is lost; the next one says nothing when there are none any more. */
  former: boolean;
}

/** What the feed says is true now: open tickets and everybody who could go. */
export interface Feed {
  tickets: ReadonlyMap<string, Ticket>;
  responders: ReadonlyMap<string, Responder>;
  /** Whether a snapshot was ever received: an empty queue before it means nothing. */
  known: boolean;
  unrecorded: Unrecorded;
  calls: Calls;
}

const NONE_UNRECORDED: Unrecorded = { alarms: [], total: 0, former: false };

const NO_CALLS: Calls = { list: [], told: false, former: false };

export const NOTHING_KNOWN: Feed = {
  tickets: new Map(),
  responders: new Map(),
  known: false,
  unrecorded: NONE_UNRECORDED,
  calls: NO_CALLS,
};

/** Returns the feed after a message; positions go through `withPositions`, in batches. */
export function apply(feed: Feed, message: LiveMessage): Feed {
  switch (message.type) {
    case 'snapshot':
      return { ...feed, tickets: byId(message.tickets), responders: byId(message.responders), known: true };
    case 'event':
      return withTicket(feed, message.ticket);
    case 'responders':
      return { ...feed, responders: new Map([...feed.responders, ...byId(message.responders)]) };
    case 'positions':
      return withPositions(feed, message.responders);
    case 'unrecorded':
      return { ...feed, unrecorded: { alarms: message.alarms, total: message.total, former: false } };
    case 'calls':
      return { ...feed, calls: { list: message.calls, told: true, former: false } };
    case 'heartbeat':
      return withoutFormer(feed);
    case 'probe':
      return feed;
  }
}

/** A new connection tells what there is before its first heartbeat: what it has not told by then is no more. */
function withoutFormer(feed: Feed): Feed {
  const { unrecorded, calls } = feed;
  if (!unrecorded.former && !calls.former) return feed;
  return {
    ...feed,
    unrecorded: unrecorded.former ? NONE_UNRECORDED : unrecorded,
    calls: calls.former ? { list: [], told: calls.told, former: false } : calls,
  };
}

/** Returns the feed without its connection: what was told stays, until the next one tells otherwise. */
export function cutOff(feed: Feed): Feed {
  return { ...feed, unrecorded: { ...feed.unrecorded, former: true }, calls: { ...feed.calls, former: true } };
}

/** Returns the feed with a ticket as it is now, unless something newer is known; a closed one leaves. */
export function withTicket(feed: Feed, ticket: Ticket): Feed {
  const known = feed.tickets.get(ticket.id);
  if (known !== undefined && known.seq > ticket.seq) return feed;
  const tickets = new Map(feed.tickets);
  if (ticket.status === 'open') tickets.set(ticket.id, ticket);
  else tickets.delete(ticket.id);
  return { ...feed, tickets };
}

/** Returns the feed with people moved; who is not known is not invented. */
export function withPositions(feed: Feed, moved: Iterable<ResponderPosition>): Feed {
  const responders = new Map(feed.responders);
  for (const { id, lat, lon, at } of moved) {
    const responder = responders.get(id);
    if (responder === undefined || (responder.at !== null && responder.at > at)) continue;
    responders.set(id, { ...responder, lat, lon, at });
  }
  return { ...feed, responders };
}

function byId<T extends { id: string }>(items: T[]): Map<string, T> {
  return new Map(items.map((item) => [item.id, item]));
}
