import type { Travel } from '../model/state';

/**
 * What outlives a reload on this phone: an offer's id and the way of travelling. No name, phone
 * number or place of a senior is ever kept here; phones get lost.
 */
const HELD = 'silverbell.aide.held';
const TRAVEL = 'silverbell.aide.travel';

function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage may be forbidden; the page works without
  }
}

function remember(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // As above.
  }
}

export const memory = {
  held: (): string | null => recall(HELD),
  setHeld: (offer: string | null): void => remember(HELD, offer),
  travel: (): Travel => {
    const word = recall(TRAVEL);
    return word === 'walk' || word === 'car' ? word : 'ebike';
  },
  setTravel: (travel: Travel): void => remember(TRAVEL, travel),
};
