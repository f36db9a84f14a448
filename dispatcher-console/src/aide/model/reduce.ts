import type { OfferFile } from '../../generated/OfferFile';
import type { Responder } from '../../generated/Responder';
import { isActive, isEngaged, lostWhy, progressOf } from './offer';
import type { Verdict } from './outbox';
import { type AideState, initialState, type Input, type Notice, type OutboxState, type SessionState, type Travel } from './state';

/** How many ended offers are remembered; a late answer is minutes old, not days. */
const REMEMBERED = 30;

/** Returns the page after something happened. Pure: all that the page does follows from here. */
export function reduce(state: AideState, input: Input): AideState {
  switch (input.type) {
    case 'session':
      return withSession(state, input.session);
    case 'live':
      return { ...state, live: input.status, recalledAt: input.status.lastHeardAt === null ? state.recalledAt : null };
    case 'responders':
      return withResponders(state, input.responders);
    case 'duty':
      return { ...state, duty: { ...state.duty, ...input.duty } };
    case 'offer':
      return withOffer(state, input.file);
    case 'gone':
      return withGone(state, input.offer);
    case 'acknowledge':
      return { ...state, notices: state.notices.filter((notice) => notice.id !== input.id) };
    case 'position':
      return { ...state, position: input.position };
    case 'bell':
      return { ...state, bell: input.bell };
    case 'outbox':
      return withOutbox(state, input);
    case 'outbox_full':
      return { ...state, outbox: { ...state.outbox, full: input.full } };
    case 'recalled':
      return withRecalled(state, input);
    case 'awake':
      return { ...state, awake: input.awake };
    case 'battery':
      return { ...state, battery: input.battery };
    case 'unshared':
      return { ...state, unshared_ms: input.for_ms };
    case 'distress':
      return { ...state, distress: input.distress };
    case 'push':
      return { ...state, push: input.push };
    case 'leaf':
      return { ...state, leaf: input.leaf };
    case 'self_test':
      return { ...state, selfTest: { ...state.selfTest, ...input.selfTest } };
    case 'month':
      return { ...state, month: input.month };
  }
}

function withSession(state: AideState, session: SessionState): AideState {
  if (session.phase !== 'in') return { ...state, session };
  const lastUser = session.user.id;
  // What the last person held or was told is nothing to the next one.
  return state.lastUser !== null && state.lastUser !== lastUser
    ? { ...initialState(state.duty.travel, null), live: state.live, bell: state.bell, awake: state.awake, battery: state.battery, session, lastUser }
    : { ...state, session, lastUser };
}

function isTravel(word: string): word is Travel {
  return word === 'walk' || word === 'ebike' || word === 'car';
}

function withResponders(state: AideState, responders: readonly Responder[]): AideState {
  const own = state.session.phase === 'in' ? state.session.user.responder : null;
  const me = responders.find(({ id }) => id === own);
  if (me === undefined) return state;
  const travel = isTravel(me.travel) ? me.travel : state.duty.travel;
  return { ...state, duty: { ...state.duty, on: me.state !== 'off', travel } };
}

function withOffer(state: AideState, file: OfferFile): AideState {
  const { id } = file.offer;
  if (state.ended.includes(id)) return state;
  const known = state.offers.find(({ offer }) => offer.id === id);
  if (known !== undefined && isOlder(file, known)) return state;
  const held = state.held === id ? null : state.held;
  if (isActive(file.offer)) {
    const offers =
      known === undefined
        ? [...state.offers, file]
        : state.offers.map((other) => (other.offer.id === id ? withFile(file, known) : other));
    return { ...state, offers, held };
  }
  const before = known?.offer ?? (state.held === id ? file.offer : undefined);
  const notice = before === undefined ? null : noticeOf(state, file, known);
  return {
    ...state,
    held,
    offers: state.offers.filter(({ offer }) => offer.id !== id),
    ended: [...state.ended, id].slice(-REMEMBERED),
    notices: notice === null ? state.notices : [...state.notices, notice],
  };
}

/**
 * An answer may overtake an event or come after it: the ticket's number says which is newer, and
 * with the same number (an answer with nothing but the offer) nobody goes a step back.
 */
function isOlder(news: OfferFile, known: OfferFile): boolean {
  if (news.ticket.seq !== known.ticket.seq) return news.ticket.seq < known.ticket.seq;
  return isActive(news.offer) && progressOf(news.offer).at < progressOf(known.offer).at;
}

/** Keeps a file that was read before when the news came without one. */
function withFile(news: OfferFile, known: OfferFile): OfferFile {
  return news.senior === null && known.senior !== null && isEngaged(news.offer)
    ? { ...news, senior: known.senior }
    : news;
}

function noticeOf({ outbox }: AideState, file: OfferFile, known: OfferFile | undefined): Notice | null {
  const { id, status } = file.offer;
  // Whoever is told that a step did not count is told all of it there.
  if (outbox.told.some(({ offer }) => offer === id)) return null;
  // The server says nothing more of the senior once it is over; the name shown is the one known before.
  const shown = known ?? file;
  switch (status) {
    case 'withdrawn':
      return { kind: 'cancelled', id, file: shown, why: lostWhy(file) };
    case 'expired':
      return { kind: 'missed', id, file: shown };
    case 'done':
      return { kind: 'thanks', id, file: shown };
    case 'declined':
      // The aide's own word needs no notice; an operator's on their behalf does.
      return outbox.waiting.some(({ offer, step }) => offer === id && step === 'decline')
        ? null
        : { kind: 'cancelled', id, file: shown, why: 'declined' };
    default:
      return null;
  }
}

type Outbox = Extract<Input, { type: 'outbox' }>;

/** A step that did not count is told on a screen of its own, which replaces what was said before. */
function withOutbox(state: AideState, { waiting, verdicts, keptIn }: Outbox): AideState {
  const told = verdicts.map((verdict) => state.outbox.told.find(({ id }) => id === verdict.id) ?? toldOf(state, verdict));
  const isTold = (id: string): boolean => told.some(({ offer }) => offer === id);
  return {
    ...state,
    outbox: { waiting, told, keptIn, full: state.outbox.full && waiting.length > 0 },
    notices: state.notices.filter(({ kind, id }) => kind === 'thanks' || !isTold(id)),
  };
}

function toldOf({ offers, notices }: AideState, verdict: Verdict): OutboxState['told'][number] {
  const file = offers.find(({ offer }) => offer.id === verdict.offer) ?? notices.find(({ id }) => id === verdict.offer)?.file;
  return { ...verdict, file: file ?? null };
}

/** What the phone remembered fills the glass until the centre speaks, and never replaces its word. */
function withRecalled(state: AideState, { offers, on, at }: Extract<Input, { type: 'recalled' }>): AideState {
  if (state.live.lastHeardAt !== null || state.offers.length > 0) return state;
  return { ...state, offers, duty: { ...state.duty, on: state.duty.on ?? on }, recalledAt: at };
}

function withGone(state: AideState, id: string): AideState {
  const known = state.offers.find(({ offer }) => offer.id === id);
  const held = state.held === id ? null : state.held;
  if (known === undefined) return { ...state, held };
  return {
    ...state,
    held,
    offers: state.offers.filter(({ offer }) => offer.id !== id),
    ended: [...state.ended, id].slice(-REMEMBERED),
    notices: state.outbox.told.some(({ offer }) => offer === id)
      ? state.notices
      : [...state.notices, { kind: 'cancelled', id, file: known, why: 'gone' }],
  };
}

/**
 * Returns the offers that were in hand and that a full list from the server does not name:
 * each must be asked after, so that none vanishes without a word.
 */
export function missingFrom(state: AideState, listed: readonly OfferFile[]): string[] {
  const named = new Set(listed.map(({ offer }) => offer.id));
  const inHand = state.offers.map(({ offer }) => offer.id);
  if (state.held !== null && !inHand.includes(state.held)) inHand.push(state.held);
  return inHand.filter((id) => !named.has(id));
}
