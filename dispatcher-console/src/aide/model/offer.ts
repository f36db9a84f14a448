import type { Offer } from '../../generated/Offer';
import type { OfferFile } from '../../generated/OfferFile';

/** What an aide says from the way or the door, and what is no step on. */
const WORDS = ['safe', 'ask-support', 'ask-ambulance', 'wrong-address', 'report'] as const;
export type Word = (typeof WORDS)[number];

/** What an aide can do to an offer: the last part of the path of the POST. */
export type Step = 'accept' | 'decline' | 'depart' | 'on-scene' | 'with-senior' | 'escort' | 'done' | Word;

/** Returns whether a step is a word, on which nothing hangs. */
export function isWord(step: Step): step is Word {
  return (WORDS as readonly string[]).includes(step);
}

/** Where an offer stands, finer than its status: the facts in time tell the steps in between. */
export type Stage =
  | 'offered'
  | 'accepted'
  | 'departed'
  | 'on_scene'
  | 'with_senior'
  | 'escorting'
  | 'done'
  | 'declined'
  | 'expired'
  | 'withdrawn'
  | 'unknown';

/** The way from acceptance to the end, in order, for the bar of steps. */
const WAY: readonly Stage[] = ['accepted', 'departed', 'on_scene', 'with_senior', 'done'];

/** Returns where an offer stands. */
export function stageOf(offer: Offer): Stage {
  switch (offer.status) {
    case 'accepted':
      return offer.departed_at === null ? 'accepted' : 'departed';
    case 'on_scene':
      return offer.with_senior_at === null ? 'on_scene' : 'with_senior';
    case 'offered':
    case 'escorting':
    case 'done':
    case 'declined':
    case 'expired':
    case 'withdrawn':
      return offer.status;
    default:
      return 'unknown';
  }
}

/** Returns whether the aide said yes and is still bound. */
export function isEngaged(offer: Offer): boolean {
  return offer.status === 'accepted' || hasArrived(offer);
}

/** Returns whether the offer is in hand: asked or engaged. */
export function isActive(offer: Offer): boolean {
  return offer.status === 'offered' || isEngaged(offer);
}

/** The next step to take, and the other choice where there is one. */
export interface Next {
  step: Step;
  other: Step | null;
}

/** Returns what to do next on an accepted offer; null when there is nothing left. */
export function nextStep(offer: Offer): Next | null {
  switch (stageOf(offer)) {
    case 'accepted':
      return { step: 'depart', other: null };
    case 'departed':
      return { step: 'on-scene', other: null };
    case 'on_scene':
      return { step: 'with-senior', other: null };
    case 'with_senior':
      return { step: 'done', other: 'escort' };
    case 'escorting':
      return { step: 'done', other: null };
    default:
      return null;
  }
}

/** Returns what was asked for; a file that was kept by an older page does not tell it. */
export function helpAsked(offer: Offer): readonly string[] {
  return (offer.help_asked as string[] | undefined) ?? [];
}

/** Returns whether the work can still be given back (去不了): only before arriving. */
export function canGiveBack(offer: Offer): boolean {
  return offer.status === 'accepted';
}

/** Returns whether the aide is at the door or beyond. */
export function hasArrived(offer: Offer): boolean {
  return offer.status === 'on_scene' || offer.status === 'escorting';
}

/** Returns how many of the steps of the way are behind, one-based: 1 is "accepted". */
export function progressOf(offer: Offer): { at: number; of: number } {
  const stage = stageOf(offer);
  // Escorting is a longer "with the senior": the same place on the bar.
  const at = WAY.indexOf(stage === 'escorting' ? 'with_senior' : stage);
  return { at: at + 1, of: WAY.length };
}

/** Why an offer is no longer ours, as far as the ticket tells. */
export type Lost = 'taken' | 'closed' | 'withdrawn' | 'expired' | 'declined' | 'done' | 'other';

/** Returns what is true now of an offer that can no longer be acted on. */
export function lostWhy({ offer, ticket }: OfferFile): Lost {
  switch (stageOf(offer)) {
    case 'withdrawn':
      if (ticket.status === 'closed') return 'closed';
      return offer.withdrawn_why === 'place_taken' ? 'taken' : 'withdrawn';
    case 'expired':
    case 'declined':
    case 'done':
      return stageOf(offer) as 'expired' | 'declined' | 'done';
    default:
      return 'other';
  }
}

/** Returns the others of the team, asked or engaged or done. */
export function partnersOf({ offer, ticket }: OfferFile): Offer[] {
  return ticket.offers.filter(
    (other) => other.responder !== offer.responder && (isActive(other) || other.status === 'done'),
  );
}
