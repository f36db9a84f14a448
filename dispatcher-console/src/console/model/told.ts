import type { TimelineEntry } from '../../generated/TimelineEntry';

/** Somebody who was told of the ticket, and how far the word has come. */
export interface Told {
  key: string;
  at: string;
  /** A contact's name, or null where it is one of our own. */
  name: string | null;
  relation: string | null;
  responder: string | null;
  /** `family`, `responder` or `leader`, as the server says. */
  whom: string | null;
  channel: string | null;
  text: string | null;
  state: string | null;
  arrived: 'yes' | 'no' | 'unknown';
}

const ARRIVED = new Set(['delivered', 'answered', 'acknowledged']);

/** Returns the messages of a ticket as they stand, the latest first; `entries` are its timeline. */
export function toldOf(entries: readonly TimelineEntry[]): Told[] {
  const latest = new Map<string, Told>();
  for (const { event, data, at, seq } of entries) {
    if (event !== 'message') continue;
    const message = (data['message'] ?? {}) as Record<string, unknown>;
    const text = (key: string): string | null => {
      const value = message[key];
      return typeof value === 'string' && value !== '' ? value : null;
    };
    const key = text('id') ?? String(seq);
    const state = text('state');
    latest.delete(key); // the latest word of a message decides where it stands
    latest.set(key, {
      key,
      at,
      name: text('name'),
      relation: text('relation'),
      responder: text('responder'),
      whom: text('whom'),
      channel: text('channel'),
      text: text('text'),
      state,
      arrived: state === null ? 'unknown' : ARRIVED.has(state) ? 'yes' : state === 'failed' ? 'no' : 'unknown',
    });
  }
  return [...latest.values()].reverse();
}
