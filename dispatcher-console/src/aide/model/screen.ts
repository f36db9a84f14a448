import type { OfferFile } from '../../generated/OfferFile';
import { isLapsed } from './countdown';
import { isEngaged, stageOf } from './offer';
import type { AideState, Notice } from './state';

/** Which screen is shown; one at a time, because there is one small glass. */
export type Screen =
  | { name: 'checking' }
  | { name: 'login'; ended: boolean }
  | { name: 'not_aide' }
  | { name: 'offer'; file: OfferFile; job: OfferFile | null }
  | { name: 'job'; file: OfferFile }
  | { name: 'cancelled'; notice: Extract<Notice, { kind: 'cancelled' }> }
  | { name: 'thanks'; notice: Extract<Notice, { kind: 'thanks' }> }
  | { name: 'duty'; on: boolean | null; checkingOffer: boolean };

/**
 * Returns the screen for a state: an open offer before everything, then a task that was cancelled,
 * then the work in hand, then thanks, then waiting.
 */
export function screenOf(state: AideState, now: number): Screen {
  const { session } = state;
  if (session.phase === 'checking') return { name: 'checking' };
  if (session.phase === 'out') return { name: 'login', ended: session.why === 'ended' };
  if (session.user.responder === null) return { name: 'not_aide' };

  const job = state.offers.find(({ offer }) => isEngaged(offer)) ?? null;
  const asked = state.offers.filter(({ offer }) => stageOf(offer) === 'offered');
  const open = asked.find(({ offer }) => !isLapsed(offer, now));
  if (open !== undefined) return { name: 'offer', file: open, job };

  // Shown before other work: an aide who rides to a cancelled door is missing elsewhere.
  for (const notice of state.notices) if (notice.kind === 'cancelled') return { name: 'cancelled', notice };
  if (job !== null) return { name: 'job', file: job };
  for (const notice of state.notices) if (notice.kind === 'thanks') return { name: 'thanks', notice };
  return { name: 'duty', on: state.duty.on, checkingOffer: asked.length > 0 };
}

/** Returns what rings: an offer that waits, a cancellation nobody has seen yet, or nothing. */
export function ringOf(screen: Screen): 'offer' | 'cancelled' | null {
  return screen.name === 'offer' || screen.name === 'cancelled' ? screen.name : null;
}
