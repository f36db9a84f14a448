import type { Offer } from '../../generated/Offer';
import { isActive } from './team';

/** What an operator does for a responder who is on the telephone (代接单). */
export type PhoneStep = 'accept' | 'decline' | 'depart' | 'on-scene' | 'with-senior' | 'done' | 'withdraw';

/** The key of each step, always the same one: a sheet that changes under a hand must not change what the hand does. */
export const STEP_KEYS: Record<PhoneStep, string> = {
  accept: '1',
  decline: '2',
  depart: '3',
  'on-scene': '4',
  'with-senior': '5',
  done: '6',
  withdraw: '0',
};

/** Returns the steps that are possible now, the next one first; withdrawing is always the last. */
export function phoneSteps(offer: Offer): PhoneStep[] {
  if (!isActive(offer)) return [];
  switch (offer.status) {
    case 'offered':
      return ['accept', 'decline', 'withdraw'];
    case 'accepted':
      return offer.departed_at === null ? ['depart', 'on-scene', 'withdraw'] : ['on-scene', 'withdraw'];
    case 'on_scene':
      return offer.with_senior_at === null ? ['with-senior', 'done', 'withdraw'] : ['done', 'withdraw'];
    default:
      return ['done', 'withdraw'];
  }
}
