import type { Offer } from '../../generated/Offer';
import type { OfferFile } from '../../generated/OfferFile';
import { partnersOf, stageOf } from './offer';

/** With so much left the phone reminds of the word that is due. */
const REMIND_MS = 3 * 60_000;

/** The word (报平安) that whoever is at a door gives now and then. */
export interface Word {
  left_ms: number;
  /** `missed`: it was due, and the centre has noticed. */
  state: 'calm' | 'soon' | 'missed';
}

/** Returns the word that is due; null when none is. */
export function wordOf(offer: Offer, now: number): Word | null {
  if (offer.word_due_at === null) return null;
  const left_ms = Math.max(0, Date.parse(offer.word_due_at) - now);
  const isMissed = offer.word_missed_at !== null || left_ms === 0;
  return { left_ms, state: isMissed ? 'missed' : left_ms <= REMIND_MS ? 'soon' : 'calm' };
}

/** Why one should not go in alone, as the server says it. */
export type WaitReason = 'night' | 'other_sex' | 'danger';

const REASONS: readonly WaitReason[] = ['night', 'other_sex', 'danger'];

/** Returns why to wait at the door: only before going in, and while nobody else of the team is there. */
export function waitsFor(file: OfferFile): WaitReason[] {
  const stage = stageOf(file.offer);
  if (stage !== 'accepted' && stage !== 'departed' && stage !== 'on_scene') return [];
  const isThere = partnersOf(file).some((partner) => partner.status === 'on_scene');
  return isThere ? [] : REASONS.filter((reason) => file.waits_for.includes(reason));
}
