import type { Offer } from '../../generated/Offer';
import type { Ticket } from '../../generated/Ticket';
import { isActive } from './team';

/** What would take an action back. */
export interface Undo {
  ticket: string;
  path: string;
  body: object;
}

/** Whether an action can be taken back, and how; `never` names the words that say why it cannot. */
export type Undoing = { kind: 'undo'; undo: Undo } | { kind: 'never'; why: 'family' | 'called' | 'sent' | 'written' };

/** An action that was done: the ticket before and after it. */
export interface Done {
  ticket: string;
  path: string;
  before: Ticket | null;
  after: Ticket | null;
  /** What goes into the record as the reason. */
  reason: string;
}

/** Returns whether the world allows to take an action back; null where nobody would think of it. */
export function undoingOf({ ticket, path, before, after, reason }: Done): Undoing | null {
  const own = `/v1/tickets/${ticket}`;
  const withdrawn = /^\/v1\/offers\/([^/]+)\/withdraw$/.exec(path)?.[1];
  if (withdrawn !== undefined) return askAgain(own, ticket, before?.offers.find(({ id }) => id === withdrawn));
  switch (path) {
    case `${own}/assign`:
      return unassigned(own, ticket, before, after);
    case `${own}/close`:
      return { kind: 'undo', undo: { ticket, path: `${own}/reopen`, body: { reason } } };
    case `${own}/place`:
      return formerPlace(own, ticket, before, after);
    case `${own}/tell-family`:
      return { kind: 'never', why: 'family' };
    case `${own}/escalate`:
      return { kind: 'never', why: 'called' };
    case `${own}/confirm`:
      return before !== null && before.held_until !== null ? { kind: 'never', why: 'sent' } : null;
    case `${own}/notes`:
      return { kind: 'never', why: 'written' };
    default:
      return null;
  }
}

/** Whoever was replaced is asked again; where nobody was, the new offer is withdrawn. */
function unassigned(own: string, ticket: string, before: Ticket | null, after: Ticket | null): Undoing | null {
  const known = new Set(before?.offers.map(({ id }) => id));
  const made = after?.offers.find((offer) => !known.has(offer.id) && isActive(offer));
  if (before === null || made === undefined) return null;
  const former = before.offers.filter((offer) => offer.role === made.role && isActive(offer));
  // Whoever had accepted comes before whoever was only asked.
  const replaced = former.find(({ status }) => status !== 'offered') ?? former[0];
  if (replaced !== undefined) return askAgain(own, ticket, replaced);
  return { kind: 'undo', undo: { ticket, path: `/v1/offers/${made.id}/withdraw`, body: { by: 'phone' } } };
}

function askAgain(own: string, ticket: string, offer: Offer | undefined): Undoing | null {
  if (offer === undefined) return null;
  return { kind: 'undo', undo: { ticket, path: `${own}/assign`, body: { responder: offer.responder, as: offer.role } } };
}

/** The pin is taken out and what stood before stands again, as old and as sure as it was: coordinates would be another pin. */
function formerPlace(own: string, ticket: string, before: Ticket | null, after: Ticket | null): Undoing | null {
  const pin = after?.position;
  // That was the taking back, or the address was found right: no new pin was set.
  if (pin?.source !== 'pin' || pin.at === before?.position?.at) return null;
  return { kind: 'undo', undo: { ticket, path: `${own}/place`, body: { take_back: true } } };
}
