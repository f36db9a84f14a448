import type { OfferFile } from '../../generated/OfferFile';
import type { Responder } from '../../generated/Responder';
import { isActive, isEngaged, lostWhy, progressOf } from './offer';
import { type AideState, initialState, type Input, type Notice, type SessionState, type Travel } from './state';

/** How many ended offers are remembered; a late answer is minutes old, not days. */
const REMEMBERED = 30;

/** Returns the page after something happened. Pure: all that the page does follows from here. */
export function reduce(state: AideState, input: Input): AideState {
  switch (input.type) {
    case 'session':
      return withSession(state, input.session);
    case 'live':
      return { ...state, live: input.status };
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
    case 'sending':
      return { ...state, sending: input.sending };
  }
}

function withSession(state: AideState, session: SessionState): AideState {
  if (session.phase !== 'in') return { ...state, session };
  const lastUser = session.user.id;
  // What the last person held or was told is nothing to the next one.
  return state.lastUser !== null && state.lastUser !== lastUser
    ? { ...initialState(state.duty.travel, null), live: state.live, bell: state.bell, session, lastUser }
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
    sending: state.sending?.offer === id ? null : state.sending,
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

function noticeOf({ sending }: AideState, file: OfferFile, known: OfferFile | undefined): Notice | null {
  const { id, status } = file.offer;
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
      return sending?.offer === id && sending.step === 'decline'
        ? null
        : { kind: 'cancelled', id, file: shown, why: 'declined' };
    default:
      return null;
  }
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
    notices: [...state.notices, { kind: 'cancelled', id, file: known, why: 'gone' }],
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
