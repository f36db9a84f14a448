import type { Offer } from '../../generated/Offer';
import type { Ticket } from '../../generated/Ticket';

export type Place = 'lead' | 'support';

/** The finest word for where an offer stands. */
export type Step =
  | 'offered'
  | 'accepted'
  | 'departed'
  | 'on_scene'
  | 'with_senior'
  | 'escorting'
  | 'done'
  | 'declined'
  | 'expired'
  | 'withdrawn';

/** One place in the team: who holds it, who is being asked, who was asked. */
export interface Seat {
  place: Place;
  holder: Offer | null;
  asked: Offer[];
  past: Offer[];
}

/** Whether anybody is being looked for: `held` until a person has vouched for the alarm. */
export type Search = 'on' | 'held' | 'over';

const HOLDING = new Set(['accepted', 'on_scene', 'escorting', 'done']);

/** Returns the team of a ticket: always lead, then support. */
export function teamOf(ticket: Ticket): [Seat, Seat] {
  return [seatOf(ticket.offers, 'lead'), seatOf(ticket.offers, 'support')];
}

function seatOf(offers: Offer[], place: Place): Seat {
  const own = offers.filter((offer) => offer.role === place);
  // Somebody who is still bound comes before somebody whose part is done.
  const holders = own.filter((offer) => HOLDING.has(offer.status));
  const holder = holders.find((offer) => offer.status !== 'done') ?? holders.at(-1) ?? null;
  return {
    place,
    holder,
    asked: own.filter((offer) => offer.status === 'offered'),
    past: own.filter((offer) => offer !== holder && offer.status !== 'offered'),
  };
}

/** Returns the offers of a seat that matter now: the holder, else those being asked. */
export function current(seat: Seat): Offer[] {
  return seat.holder === null ? seat.asked : [seat.holder, ...seat.asked];
}

/** Returns how many people were asked before: whoever was asked twice is one person. */
export function askedBefore({ past }: Seat): number {
  return new Set(past.map(({ responder }) => responder)).size;
}

/** Returns where an offer stands; times tell what the status alone does not. */
export function stepOf(offer: Offer): Step {
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
      return 'offered';
  }
}

/** Returns whether an offer still binds its responder. */
export function isActive(offer: Offer): boolean {
  return offer.status !== 'done' && (offer.status === 'offered' || HOLDING.has(offer.status));
}

/**
 * Returns how long until an accepted responder should arrive, milliseconds; negative when late,
 * null when nobody is on the way. It counts from accepting: that is what the ETA was about.
 */
export function arrivesIn_ms(offer: Offer, now: number): number | null {
  if (offer.status !== 'accepted') return null;
  return Date.parse(offer.accepted_at ?? offer.offered_at) + offer.eta_s * 1000 - now;
}

/** Returns whether somebody at a door should have said by now that all is well. */
export function isWordMissed({ word_due_at, word_missed_at }: Offer, now: number): boolean {
  return word_missed_at !== null || (word_due_at !== null && Date.parse(word_due_at) <= now);
}

/** Flags with which no offer goes out before a person or the hold's end says so. */
const HOLDING_FLAGS = ['unverified', 'unknown_device', 'by_hand'];

/** Returns whether the machine looks for people for this ticket. */
export function searchOf(ticket: Ticket): Search {
  if (ticket.status !== 'open') return 'over';
  // Whoever of our own calls for help needs nobody to vouch for them.
  if (ticket.in_distress !== null) return 'on';
  const doubtful = HOLDING_FLAGS.some((flag) => ticket.flags.includes(flag));
  if (ticket.held_until !== null) return 'held';
  const vouched = ticket.times.confirmed !== null || ticket.offers.length > 0;
  return ticket.senior === null || (doubtful && !vouched) ? 'held' : 'on';
}
