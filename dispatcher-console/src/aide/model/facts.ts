import type { OfferFile } from '../../generated/OfferFile';
import type { Position } from '../../generated/Position';
import { distance_m, type Fix } from './position';

/** Who a file is about, as far as anybody knows; null while nobody does. */
export function nameOf({ senior, ticket }: OfferFile): string | null {
  return senior?.name ?? ticket.who.name;
}

/** Returns the lines that say where to go: village, then address; empty when neither is known. */
export function whereOf({ senior, ticket }: OfferFile): string[] {
  const village = senior?.village ?? ticket.who.village ?? '';
  const address = senior?.address ?? '';
  // Many addresses begin with the village; twice the same word is a line lost on a small glass.
  const lines = address.includes(village) ? [address] : [village, address];
  return lines.filter((line) => line !== '');
}

/** Returns where to go: where the senior is thought to be, else the door. */
export function placeOf({ senior, ticket }: OfferFile): { lat: number; lon: number } | null {
  if (ticket.position !== null) return ticket.position;
  return senior === null ? null : { lat: senior.lat, lon: senior.lon };
}

/** Returns how far it is from here as the crow flies; null when either end is unknown. */
export function wayFrom(fix: Fix | null, file: OfferFile): number | null {
  const place = placeOf(file);
  return fix === null || place === null ? null : distance_m(fix, place);
}

/** Returns the link that dials a number as people write it. */
export function telLink(phone: string): string {
  return `tel:${phone.replace(/[^\d+*#]/g, '')}`;
}

/** Returns how old a position is; home is not a measurement and has no age. */
export function ageOf(position: Position, now: number): number | null {
  return position.source === 'home' ? null : now - Date.parse(position.at);
}
