import { create } from 'zustand';

import type { LiveMessage } from '../../generated/LiveMessage';
import type { ResponderPosition } from '../../generated/ResponderPosition';
import type { Ticket } from '../../generated/Ticket';
import type { LiveStatus } from '../../shared/live';
import { apply, cutOff, type Feed, NOTHING_KNOWN, withPositions, withTicket } from './feed';

interface FeedState extends Feed {
  status: LiveStatus;
}

/** The live feed as the page holds it. */
export const useFeed = create<FeedState>(() => ({
  ...NOTHING_KNOWN,
  status: { state: 'closed', lastHeardAt: null },
}));

const pending = new Map<string, ResponderPosition>();
let frame: number | undefined;

/** Takes in a message: alarms at once, positions once per animation frame, the latest of each person. */
export function take(message: LiveMessage): void {
  if (message.type === 'positions') {
    for (const moved of message.responders) pending.set(moved.id, moved);
    frame ??= requestAnimationFrame(flush);
    return;
  }
  if (message.type === 'snapshot') pending.clear(); // it is newer than they are
  useFeed.setState((state) => apply(state, message));
}

function flush(): void {
  frame = undefined;
  useFeed.setState((state) => withPositions(state, pending.values()));
  pending.clear();
}

/** Takes in a ticket that a request answered with, before the feed says the same. */
export function takeTicket(ticket: Ticket): void {
  useFeed.setState((state) => withTicket(state, ticket));
}

export function takeStatus(status: LiveStatus): void {
  useFeed.setState((state) => (status.state === 'live' ? { status } : { ...cutOff(state), status }));
}

/** Forgets everything, when the operator logs out. */
export function forget(): void {
  pending.clear();
  useFeed.setState({ ...NOTHING_KNOWN });
}
