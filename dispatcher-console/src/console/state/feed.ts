import type { Call } from '../../generated/Call';
import type { CoverGap } from '../../generated/CoverGap';
import type { LiveMessage } from '../../generated/LiveMessage';
import type { OnShift } from '../../generated/OnShift';
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

/** Where the roster has gaps within a day, and whose shift runs without them. */
export interface Cover {
  gaps: readonly CoverGap[];
  missing: readonly OnShift[];
  /** Told on a connection that is lost; the next one says nothing when nobody looks at the roster there. */
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
  /** Null while nothing was told of it. */
  cover: Cover | null;
}

const NONE_UNRECORDED: Unrecorded = { alarms: [], total: 0, former: false };

const NO_CALLS: Calls = { list: [], told: false, former: false };

export const NOTHING_KNOWN: Feed = {
  tickets: new Map(),
  responders: new Map(),
  known: false,
  unrecorded: NONE_UNRECORDED,
  calls: NO_CALLS,
  cover: null,
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
    case 'cover':
      return { ...feed, cover: { gaps: message.gaps, missing: message.missing, former: false } };
    case 'heartbeat':
      return withoutFormer(feed);
    case 'probe':
      return feed;
  }
}

/** A new connection tells what there is before its first heartbeat: what it has not told by then is no more. */
function withoutFormer(feed: Feed): Feed {
  const { unrecorded, calls, cover } = feed;
  if (!unrecorded.former && !calls.former && cover?.former !== true) return feed;
  return {
    ...feed,
    unrecorded: unrecorded.former ? NONE_UNRECORDED : unrecorded,
    calls: calls.former ? { list: [], told: calls.told, former: false } : calls,
    cover: cover?.former === true ? null : cover,
  };
}

/** Returns the feed without its connection: what was told stays, until the next one tells otherwise. */
export function cutOff(feed: Feed): Feed {
  const { unrecorded, calls, cover } = feed;
  return {
    ...feed,
    unrecorded: { ...unrecorded, former: true },
    calls: { ...calls, former: true },
    cover: cover === null ? null : { ...cover, former: true },
  };
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

/** Returns what several districts tell, as one: an alarm of one is shown while another is not heard yet. */
export function joined(feeds: readonly Feed[]): Feed {
  const [only, ...more] = feeds;
  if (only === undefined) return NOTHING_KNOWN;
  if (more.length === 0) return only;
  const covers = feeds.flatMap(({ cover }) => cover ?? []);
  const alarms = unique(feeds.flatMap(({ unrecorded }) => unrecorded.alarms));
  return {
    tickets: new Map(feeds.flatMap(({ tickets }) => [...tickets])),
    responders: new Map(feeds.flatMap(({ responders }) => [...responders])),
    known: feeds.some(({ known }) => known),
    unrecorded: {
      alarms,
      // Each tells its own, or each the same ones: never fewer than are shown.
      total: Math.max(alarms.length, ...feeds.map(({ unrecorded }) => unrecorded.total)),
      former: feeds.some(({ unrecorded }) => unrecorded.former),
    },
    calls: {
      list: unique(feeds.flatMap(({ calls }) => calls.list)),
      told: feeds.some(({ calls }) => calls.told),
      // A call of one that is there rings, also while another is cut off.
      former: feeds.every(({ calls }) => calls.former),
    },
    cover:
      covers.length === 0
        ? null
        : {
            gaps: covers.flatMap(({ gaps }) => gaps),
            missing: covers.flatMap(({ missing }) => missing),
            former: covers.some(({ former }) => former),
          },
  };
}

function unique<T extends { id: string }>(items: readonly T[]): T[] {
  return [...byId([...items]).values()];
}

function byId<T extends { id: string }>(items: T[]): Map<string, T> {
  return new Map(items.map((item) => [item.id, item]));
}
