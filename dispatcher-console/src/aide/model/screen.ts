import type { OfferFile } from '../../generated/OfferFile';
import { isLapsed } from './countdown';
import { isEngaged, stageOf } from './offer';
import { projected } from './outbox';
import type { AideState, Notice, Told } from './state';
import { wordOf } from './word';

/** Which screen is shown; one at a time, because there is one small glass. */
export type Screen =
  | { name: 'checking' }
  | { name: 'login'; ended: boolean }
  | { name: 'not_aide' }
  | { name: 'offer'; file: OfferFile; job: OfferFile | null }
  | { name: 'job'; file: OfferFile }
  | { name: 'cancelled'; notice: Extract<Notice, { kind: 'cancelled' }> }
  | { name: 'refused'; told: Told }
  | { name: 'thanks'; notice: Extract<Notice, { kind: 'thanks' }> }
  | { name: 'self_test' }
  | { name: 'month' }
  | { name: 'duty'; on: boolean | null; checkingOffer: boolean };

/**
 * Returns the offers as the aide sees them: with the steps that wait to be sent, so that nobody stands
 * still for want of a signal.
 */
export function inHand({ offers, outbox }: AideState): OfferFile[] {
  return offers.map((file) => projected(file, outbox.waiting));
}

/** Returns whether a last step waits: the work is over for the aide, and the centre does not know yet. */
function endsUnsent({ offer }: OfferFile, { offers }: AideState): boolean {
  return stageOf(offer) === 'done' && offers.some((known) => known.offer.id === offer.id && isEngaged(known.offer));
}

/**
 * Returns the screen for a state: an open offer before everything, then a task that was cancelled or
 * a step that did not count, then the work in hand, then thanks, then what was opened, then waiting.
 */
export function screenOf(state: AideState, now: number): Screen {
  const { session } = state;
  if (session.phase === 'checking') return { name: 'checking' };
  if (session.phase === 'out') return { name: 'login', ended: session.why === 'ended' };
  if (session.user.responder === null) return { name: 'not_aide' };

  const offers = inHand(state);
  const job = offers.find(({ offer }) => isEngaged(offer)) ?? offers.find((file) => endsUnsent(file, state)) ?? null;
  const asked = offers.filter(({ offer }) => stageOf(offer) === 'offered');
  const open = asked.find(({ offer }) => !isLapsed(offer, now));
  if (open !== undefined) return { name: 'offer', file: open, job };

  // Shown before other work: an aide who rides to a cancelled door is missing elsewhere.
  for (const notice of state.notices) if (notice.kind === 'cancelled') return { name: 'cancelled', notice };
  const [told] = state.outbox.told;
  if (told !== undefined) return { name: 'refused', told };
  if (job !== null) return { name: 'job', file: job };
  for (const notice of state.notices) if (notice.kind === 'thanks') return { name: 'thanks', notice };
  if (state.leaf !== null && asked.length === 0) return { name: state.leaf };
  return { name: 'duty', on: state.duty.on, checkingOffer: asked.length > 0 };
}

/**
 * Returns what rings: an offer that waits, a cancellation nobody has seen yet, the word that is due from
 * behind a door, or nothing. Whoever called for help may be hiding: then the phone keeps still.
 */
export function ringOf(screen: Screen, state: AideState, now: number): 'offer' | 'cancelled' | 'word' | null {
  const { distress } = state;
  // Nobody in distress is asked: an offer made later says that it is over.
  const isOver = distress.kind === 'received' && screen.name === 'offer' && Date.parse(screen.file.offer.offered_at) > distress.at;
  if (distress.kind !== 'none' && !isOver) return null;
  if (screen.name === 'offer' || screen.name === 'cancelled') return screen.name;
  // A refusal that came too late stops nobody on their way.
  if (screen.name === 'refused') return screen.told.step === 'decline' ? null : 'cancelled';
  // Whoever has given the word is not asked again for want of a signal.
  const given = screen.name === 'job' && state.outbox.waiting.some(({ offer, step }) => step === 'safe' && offer === screen.file.offer.id);
  const word = screen.name === 'job' && !given ? wordOf(screen.file.offer, now) : null;
  return word === null || word.state === 'calm' ? null : 'word';
}
