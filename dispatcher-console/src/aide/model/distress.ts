import type { AideState } from './state';
import { isEngaged } from './offer';
import { inHand } from './screen';

/** The own SOS: nothing is called received before the centre has answered. */
export type Distress =
  | { kind: 'none' }
  /** Under way; `attempt` is 1 for the first try. */
  | { kind: 'sending'; attempt: number }
  /** The centre has it, since when by the server's clock. */
  | { kind: 'received'; at: number; number: number }
  /** Nobody took it, and trying again by itself has ended. */
  | { kind: 'failed'; status: number };

/** With so many tries in vain the page says to telephone. */
const TELEPHONE_AFTER = 2;

/** The button is pressed when it was held for so long: a pocket taps and does not hold. */
export const HOLD_MS = 1_000;

/** Returns whether the own SOS stands under the thumb: on duty, and whenever there is work in hand. */
export function hasSos(state: AideState): boolean {
  const { session, duty, distress } = state;
  if (session.phase !== 'in' || session.user.responder === null) return false;
  return duty.on === true || distress.kind !== 'none' || inHand(state).some(({ offer }) => isEngaged(offer));
}

/** Returns whether the page should say that a telephone is surer than this. */
export function saysTelephone(distress: Distress): boolean {
  return distress.kind === 'failed' || (distress.kind === 'sending' && distress.attempt > TELEPHONE_AFTER);
}
