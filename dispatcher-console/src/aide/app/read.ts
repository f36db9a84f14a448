import type { Offer } from '../../generated/Offer';
import type { OfferFile } from '../../generated/OfferFile';
import type { Ticket } from '../../generated/Ticket';

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isOffer(value: unknown): value is Offer {
  return isObject(value) && typeof value['status'] === 'string' && typeof value['responder'] === 'string';
}

function isWhole(body: unknown): body is OfferFile {
  return isObject(body) && isOffer(body['offer']) && isObject(body['ticket']);
}

/**
 * Returns the offer file in an answer, or in the `current` of a 409.
 *
 * The contract says "the offer as it is now": a bare offer is put into the file known before.
 */
export function offerFileIn(body: unknown, known: OfferFile | undefined): OfferFile | null {
  if (isWhole(body)) return body;
  if (isOffer(body) && known !== undefined) return { ...known, offer: body };
  return null;
}

/** Returns the own file after an event that named only the ticket; null when it is not ours. */
export function fileAfter(ticket: Ticket, offers: readonly OfferFile[]): OfferFile | null {
  const known = offers.find((file) => file.ticket.id === ticket.id);
  if (known === undefined) return null;
  const own = ticket.offers.find(({ id }) => id === known.offer.id);
  return { ...known, offer: own ?? known.offer, ticket };
}
