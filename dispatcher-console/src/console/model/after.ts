import type { CallBack } from '../../generated/CallBack';
import type { CardLink } from '../../generated/CardLink';
import type { Death } from '../../generated/Death';
import type { Ticket } from '../../generated/Ticket';
import { isWork } from './queue';

/** Whether a link to the card can be read. */
export type LinkState = 'valid' | 'expired' | 'revoked';

export function linkState(link: CardLink, now: number): LinkState {
  if (link.revoked_at !== null) return 'revoked';
  return Date.parse(link.expires_at) <= now ? 'expired' : 'valid';
}

/** Returns the links in the order in which somebody looks for one: those that can be read first, then the newest. */
export function linksInOrder(links: readonly CardLink[], now: number): CardLink[] {
  const rank = (link: CardLink): number => (linkState(link, now) === 'valid' ? 0 : 1);
  return [...links].sort((a, b) => rank(a) - rank(b) || Date.parse(b.given_at) - Date.parse(a.given_at));
}

/** How long a link can be read, minutes, as offered; the first that is chosen is the service's usual one. */
export const LINK_MINUTES = [60, 240, 720, 1440, 4320] as const;
export const USUAL_LINK_MINUTES = 240;

/** Returns a link's address whole: a service that was not told its own name gives only the path. */
export function wholeUrl(url: string, origin: string): string {
  return new URL(url, origin).href;
}

/** Errands nobody is handed over for. */
const NOBODY_IS_HANDED_OVER = new Set(['consult', 'service', 'care_call', 'callback', 'complaint', 'drill']);

/** Returns whether somebody may have to be handed to others, or was. */
export function hasHandover(ticket: Ticket): boolean {
  const isSaid = ticket.cards.length > 0 || ticket.handover !== null || ticket.death !== null;
  return isSaid || (!isWork(ticket) && !NOBODY_IS_HANDED_OVER.has(ticket.kind));
}

/** Returns whether nothing can be said of a ticket any more. */
export function isArchived({ times }: Ticket): boolean {
  return times.archived !== null;
}

/** What can be done about a death: `sign` only by somebody else than who was told. */
export type DeathStep = 'none' | 'waits' | 'sign' | 'signed';

export function deathStep(death: Death | null, me: string | undefined): DeathStep {
  if (death === null) return 'none';
  if (death.signed_at !== null) return 'signed';
  return death.stated_by === me ? 'waits' : 'sign';
}

/** What came of a call back, in the API's words. Whoever was not reached is called again. */
export const CALL_RESULTS = ['reached', 'by_family', 'no_answer'] as const;

/** Five grades of satisfaction; the last two open a complaint. */
export const GRADES = [5, 4, 3, 2, 1] as const;
const DISSATISFIED = 2;

export interface FollowUp {
  result: string;
  /** 0: nobody was asked. */
  grade: number;
  note: string;
}

export const NO_FOLLOW_UP: FollowUp = { result: '', grade: 0, note: '' };

/** Returns whether somebody was reached who can be asked. */
export function isReached({ result }: FollowUp): boolean {
  return result !== '' && result !== 'no_answer';
}

/** Returns whether a complaint is opened of it. */
export function opensComplaint(followUp: FollowUp): boolean {
  return isReached(followUp) && followUp.grade >= 1 && followUp.grade <= DISSATISFIED;
}

/** Returns the body of the request: a grade only of whom was reached. */
export function followUpBody(followUp: FollowUp): object {
  const note = followUp.note.trim();
  return {
    result: followUp.result,
    ...(isReached(followUp) && followUp.grade > 0 ? { satisfaction: followUp.grade } : {}),
    ...(note === '' ? {} : { note }),
  };
}

/** Returns whether a call back should have been made by now; the server's word may be minutes old. */
export function isOverdue(callBack: CallBack, now: number): boolean {
  return callBack.overdue || Date.parse(callBack.by) <= now;
}
