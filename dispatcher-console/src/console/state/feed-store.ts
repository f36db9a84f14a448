import { create } from 'zustand';

import type { LiveMessage } from '../../generated/LiveMessage';
import type { ResponderPosition } from '../../generated/ResponderPosition';
import type { Ticket } from '../../generated/Ticket';
import type { LiveStatus } from '../../shared/live';
import { apply, cutOff, type Feed, joined, NOTHING_KNOWN, withPositions, withTicket } from './feed';

interface FeedState extends Feed {
  /** Live only when every district is; the oldest of their ages. */
  status: LiveStatus;
}

/** The live feed as the page holds it. */
export const useFeed = create<FeedState>(() => ({
  ...NOTHING_KNOWN,
  status: { state: 'closed', lastHeardAt: null },
}));

interface Part {
  feed: Feed;
  status: LiveStatus;
}

/** What each district's connection tells; '' for whoever serves one. */
const parts = new Map<string, Part>();
const pending = new Map<string, Map<string, ResponderPosition>>();
let frame: number | undefined;

const CLOSED: LiveStatus = { state: 'closed', lastHeardAt: null };
const WORST_FIRST = ['stale', 'connecting', 'closed', 'live'] as const;

function change(district: string, of: (part: Part) => Part): void {
  const part = parts.get(district) ?? { feed: NOTHING_KNOWN, status: CLOSED };
  const next = of(part);
  parts.set(district, next);
  const all = [...parts.values()];
  const heard = all.map(({ status }) => status.lastHeardAt);
  const status = all.length === 1 ? next.status : {
    state: WORST_FIRST.find((state) => all.some((one) => one.status.state === state)) ?? 'closed',
    lastHeardAt: heard.includes(null) ? null : Math.min(...heard.map(Number)),
  };
  useFeed.setState(next.feed === part.feed ? { status } : { ...joined(all.map(({ feed }) => feed)), status });
}

/** Takes in a message: alarms at once, positions once per animation frame, the latest of each person. */
export function take(message: LiveMessage, district = ''): void {
  if (message.type === 'positions') {
    const waiting = pending.get(district) ?? new Map<string, ResponderPosition>();
    for (const moved of message.responders) waiting.set(moved.id, moved);
    pending.set(district, waiting);
    frame ??= requestAnimationFrame(flush);
    return;
  }
  if (message.type === 'snapshot') pending.delete(district); // it is newer than they are
  change(district, (part) => ({ ...part, feed: apply(part.feed, message) }));
}

function flush(): void {
  frame = undefined;
  for (const [district, moved] of pending) change(district, (part) => ({ ...part, feed: withPositions(part.feed, moved.values()) }));
  pending.clear();
}

/** Takes in a ticket that a request answered with, before the feed says the same. */
export function takeTicket(ticket: Ticket): void {
  const district = parts.has(ticket.district) ? ticket.district : '';
  if (!parts.has(district) && parts.size > 0) return; // of a district that is not followed
  change(district, (part) => ({ ...part, feed: withTicket(part.feed, ticket) }));
}

export function takeStatus(status: LiveStatus, district = ''): void {
  change(district, ({ feed }) => ({ feed: status.state === 'live' ? feed : cutOff(feed), status }));
}

/** Follows these districts from now on; what others told is forgotten, what these told stays. */
export function follow(districts: readonly string[]): void {
  for (const district of [...parts.keys()]) if (!districts.includes(district)) parts.delete(district);
  for (const district of districts) change(district, (part) => part);
}

/** Forgets everything, when the operator logs out. */
export function forget(): void {
  pending.clear();
  parts.clear();
  useFeed.setState({ ...NOTHING_KNOWN, status: CLOSED });
}
