import type { Offer } from '../../generated/Offer';
import type { OfferFile } from '../../generated/OfferFile';
import type { Lost, Step } from './offer';
import { helpAsked, isActive, isWord, progressOf } from './offer';

/**
 * Something that must not lie in plain words on the phone: where somebody is, how somebody is. Each has a
 * key of its own that cannot be exported, kept beside it and gone with it; what that protects from, and
 * what not, is said in `app/keep.ts`.
 */
export interface Sealed {
  key: CryptoKey;
  nonce: Uint8Array<ArrayBuffer>;
  text: ArrayBuffer;
}

/**
 * A step that was tapped and that the server has not answered yet. It outlives the page, so it holds
 * nothing of a senior in plain words: no name, no place, no illness.
 */
export interface Waiting {
  /** The idempotency key: sent again and again it is the same act. */
  key: string;
  /** Who tapped; nobody else's session sends it. */
  user: string;
  offer: string;
  step: Step;
  /** Why, with a refusal. */
  reason: string | null;
  /** What is told with it of a senior: sealed, or in plain words where only this page remembers it. */
  content?: Sealed | { plain: object };
  /** When it was tapped, by the server's clock as the phone knew it, Unix milliseconds. */
  at: number;
}

/**
 * Why a step did not count. `gone`: not ours to see any more; `refused`: by its status; `unread`: what was
 * told with it could not be kept, and is to be told again.
 */
export type Why = Lost | 'gone' | 'refused' | 'unread';

/** A step to which the server said no, with those that hung on it: kept until the aide has read it. */
export interface Verdict {
  /** The key of the step. */
  id: string;
  user: string;
  offer: string;
  step: Step;
  at: number;
  why: Why;
  status: number;
  /** The later steps that were not sent any more. */
  dropped: readonly Step[];
}

/** What waits and what was refused, as it is kept on the phone. */
export interface Kept {
  waiting: readonly Waiting[];
  verdicts: readonly Verdict[];
}

/** More than a week of nights without any signal; a page that taps by itself must end somewhere. */
export const MOST_WAITING = 200;

/** Another person's steps stay so long for them to come back. */
const STRANGERS_MS = 48 * 3_600_000;

/** Between the tries, milliseconds; the last one again and again. */
const PAUSES_MS = [1_000, 2_000, 4_000, 6_000];

/** Returns how long to wait after so many tries in vain. */
export function pauseAfter(attempt: number): number {
  return PAUSES_MS[Math.min(attempt, PAUSES_MS.length) - 1] ?? 6_000;
}

/**
 * The last step on is held so long before it goes to the centre, milliseconds: a thumb that slipped takes it
 * back, and nobody was told. A family that reads "somebody is at the door" cannot be told otherwise.
 */
export const HELD_MS = 4_000;

/** What is held; an answer to an offer and a word from the door go at once. */
const HELD: readonly Step[] = ['depart', 'on-scene', 'with-senior', 'escort', 'done'];

/** Returns how much longer a step is held, milliseconds; 0 when it goes: another was tapped after it. */
export function heldFor(entry: Waiting, waiting: readonly Waiting[], now: number): number {
  const last = waiting.filter(({ user, offer }) => user === entry.user && offer === entry.offer).at(-1);
  const left = entry.at + HELD_MS - now;
  // Two pages differ by milliseconds; a clock that was put right meanwhile holds nothing for an hour.
  const isHeld = HELD.includes(entry.step) && last?.key === entry.key && left <= 2 * HELD_MS;
  return isHeld ? Math.min(Math.max(left, 0), HELD_MS) : 0;
}

/** Returns the step that can be taken back; null when there is none. */
export function heldOf(waiting: readonly Waiting[], now: number): Waiting | null {
  return waiting.find((entry) => heldFor(entry, waiting, now) > 0) ?? null;
}

/** Returns the steps of one person on one offer, in the order they were tapped. */
export function waitingOn(offer: string, waiting: readonly Waiting[]): Waiting[] {
  return waiting.filter((entry) => entry.offer === offer);
}

/** Returns what is sent next for a person; null when nothing waits. */
export function nextOf(user: string, waiting: readonly Waiting[]): Waiting | null {
  return waiting.find((entry) => entry.user === user) ?? null;
}

/** Returns whether the same act waits already: a second tap adds nothing, other words do. */
export function waitsAlready(tapped: Pick<Waiting, 'user' | 'offer' | 'step'>, waiting: readonly Waiting[]): boolean {
  if (tapped.step === 'wrong-address' || tapped.step === 'report') return false;
  return waiting.some(({ user, offer, step }) => user === tapped.user && offer === tapped.offer && step === tapped.step);
}

/** Returns the later steps that make no sense without this one. A word from the door carries nothing. */
export function hangingOn(first: Waiting, waiting: readonly Waiting[]): Waiting[] {
  if (isWord(first.step)) return [];
  const after = waiting.slice(waiting.findIndex(({ key }) => key === first.key) + 1);
  return after.filter((entry) => entry.user === first.user && entry.offer === first.offer);
}

/** Returns what is to be forgotten of people who did not come back to this phone. */
export function outdated(user: string | null, { waiting, verdicts }: Kept, now: number): string[] {
  const old = (entry: { user: string; at: number }): boolean => entry.user !== user && now - entry.at > STRANGERS_MS;
  return [...waiting.filter(old).map(({ key }) => key), ...verdicts.filter(old).map(({ id }) => id)];
}

/** Returns what the server would say of an offer, had it all the steps that wait. */
export function projected(file: OfferFile, waiting: readonly Waiting[]): OfferFile {
  const offer = waitingOn(file.offer.id, waiting).reduce(stepped, file.offer);
  return offer === file.offer ? file : { ...file, offer };
}

/** Returns the offer after a step; the same when the server is already as far, or further. */
function stepped(offer: Offer, { step, at }: Waiting): Offer {
  const next = after(offer, step, new Date(at).toISOString());
  return !isActive(offer) || (isActive(next) && progressOf(next).at < progressOf(offer).at) ? offer : next;
}

function after(offer: Offer, step: Step, at: string): Offer {
  switch (step) {
    case 'accept':
      return offer.status === 'offered' ? { ...offer, status: 'accepted', accepted_at: at } : offer;
    case 'decline':
      return { ...offer, status: 'declined' };
    case 'depart':
      return { ...offer, status: 'accepted', departed_at: offer.departed_at ?? at };
    case 'on-scene':
      return { ...offer, status: 'on_scene', on_scene_at: offer.on_scene_at ?? at };
    case 'with-senior':
      return { ...offer, status: 'on_scene', with_senior_at: offer.with_senior_at ?? at };
    case 'escort':
      return { ...offer, status: 'escorting', with_senior_at: offer.with_senior_at ?? at };
    case 'done':
      return { ...offer, status: 'done' };
    case 'safe':
    case 'wrong-address':
    case 'report':
      return offer;
    case 'ask-support':
      return { ...offer, help_asked: [...helpAsked(offer), 'support'] };
    case 'ask-ambulance':
      return { ...offer, help_asked: [...helpAsked(offer), 'ambulance'] };
  }
}
