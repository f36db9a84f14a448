import type { Offer } from '../../generated/Offer';
import type { OfferFile } from '../../generated/OfferFile';
import { isActive, type Step, stageOf } from '../../aide/model/offer';

/** Why nothing can be shown: each has words and a way on. */
export type Failure =
  /** Another phone opened the link. */
  | 'elsewhere'
  /** It is no link of ours, or none any more. */
  | 'invalid'
  /** The page was opened without a link, or its time is over. */
  | 'nobody';

/** How an offer is over. */
export type Ending = 'taken' | 'closed' | 'withdrawn' | 'expired' | 'declined' | 'done';

/** What the page knows. */
export interface State {
  phase: 'checking' | 'closed' | 'in' | 'over' | 'failed';
  failure: Failure | null;
  /** The offer, as last heard of. */
  file: OfferFile | null;
  /** How it ended; once it has. */
  ending: Ending | null;
  /** Whether the responder was at the door when it was taken back. */
  hadArrived: boolean;
  /** Since when the server has not been heard, Unix milliseconds; null while it is. */
  lostSince: number | null;
  /** When the offer was last heard of, Unix milliseconds: what is shown is as old. */
  heardAt: number | null;
  /** The step on its way. */
  pending: Step | null;
  /** Whether the link is being opened. */
  opening: boolean;
  /** The step that the server did not accept. */
  refused: Step | null;
}

export const FIRST: State = {
  phase: 'checking',
  failure: null,
  file: null,
  ending: null,
  hadArrived: false,
  lostSince: null,
  heardAt: null,
  pending: null,
  opening: false,
  refused: null,
};

/** Returns how an offer is over, null while it is in hand. */
export function endingOf(offer: Offer, ticketIsClosed: boolean): Ending | null {
  switch (stageOf(offer)) {
    case 'withdrawn':
      if (offer.withdrawn_why === 'ticket_closed' || ticketIsClosed) return 'closed';
      return offer.withdrawn_why === 'place_taken' ? 'taken' : 'withdrawn';
    case 'expired':
      return 'expired';
    case 'declined':
      return 'declined';
    case 'done':
      return 'done';
    default:
      return null;
  }
}

/** Returns the state after the offer was heard of. What was known of the senior goes when the job is over. */
export function heard(state: State, file: OfferFile, now: number): State {
  const before = state.file?.offer;
  const known = { ...state, failure: null, lostSince: null, heardAt: now, opening: false };
  if (isActive(file.offer)) return { ...known, phase: 'in', file, ending: null };
  const ending = endingOf(file.offer, file.ticket.status === 'closed') ?? 'withdrawn';
  const hadArrived = state.hadArrived || before?.status === 'on_scene' || before?.status === 'escorting';
  return { ...known, phase: 'over', file: null, ending, hadArrived, pending: null, refused: null };
}

/** Returns the state after the server said that a link comes too late. */
export function tooLate(state: State, offer: Offer): State {
  const ending = endingOf(offer, false) ?? 'withdrawn';
  return { ...state, phase: 'over', file: null, ending, lostSince: null, opening: false, pending: null };
}

/** Returns the state after the right to the offer turned out to be none. */
export function failed(state: State, failure: Failure): State {
  return { ...FIRST, phase: 'failed', failure, hadArrived: state.hadArrived };
}

/** How long until the offer is asked for again, milliseconds; null: no more. */
export function pauseOf(state: State, isHidden: boolean): number | null {
  if (state.phase !== 'in') return null;
  if (isHidden) return 20_000;
  // Whoever waits for an answer to be withdrawn, or stands before a door, hears of it soon.
  return 3_000;
}
