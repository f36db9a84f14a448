import type { OfferFile } from '../../generated/OfferFile';
import type { Responder } from '../../generated/Responder';
import type { User } from '../../generated/User';
import type { LiveStatus } from '../../shared/live';
import type { Lost, Step } from './offer';
import type { PositionState } from './position';

export type Travel = 'walk' | 'ebike' | 'car';

/** Who uses the page. `why` says what ended or prevented the session. */
export type SessionState =
  | { phase: 'checking' }
  | { phase: 'out'; why: 'fresh' | 'ended' }
  | { phase: 'in'; user: User };

/** Own duty; `on` is null until the feed or an answer told. */
export interface DutyState {
  on: boolean | null;
  travel: Travel;
  sending: boolean;
  problem: { key: 'failed' } | { key: 'refused'; status: number } | null;
}

/** A step on its way to the server. One at a time: there is one thumb. */
export interface Sending {
  offer: string;
  step: Step;
  /** 1 for the first try. */
  attempt: number;
  /** `failed`: gave up for now, waits for the aide; `refused`: the server said no. */
  state: 'sending' | 'failed' | 'refused';
  status: number;
}

/** Whether the phone can ring: browsers keep a page silent until it was touched once. */
export type BellState = 'missing' | 'blocked' | 'ready';

/** Something that happened to an offer and must be seen, until it is acknowledged. */
export type Notice =
  | { kind: 'cancelled'; id: string; file: OfferFile | null; why: Lost | 'gone' }
  | { kind: 'missed'; id: string; file: OfferFile }
  | { kind: 'thanks'; id: string; file: OfferFile };

export interface AideState {
  session: SessionState;
  /** Whose offers and notices these are: a session that ended may be taken up again. */
  lastUser: string | null;
  live: LiveStatus;
  duty: DutyState;
  /** Offers in hand, in the order they came. */
  offers: readonly OfferFile[];
  /** Offers that ended: late answers about them change nothing. */
  ended: readonly string[];
  /** An offer that was in hand before the page was reloaded; null when there is none. */
  held: string | null;
  notices: readonly Notice[];
  position: PositionState;
  bell: BellState;
  sending: Sending | null;
}

/** What can happen to the page. */
export type Input =
  | { type: 'session'; session: SessionState }
  | { type: 'live'; status: LiveStatus }
  | { type: 'responders'; responders: readonly Responder[] }
  | { type: 'duty'; duty: Partial<DutyState> }
  | { type: 'offer'; file: OfferFile }
  | { type: 'gone'; offer: string }
  | { type: 'acknowledge'; id: string }
  | { type: 'position'; position: PositionState }
  | { type: 'bell'; bell: BellState }
  | { type: 'sending'; sending: Sending | null };

/** Returns the page as it begins. */
export function initialState(travel: Travel, held: string | null): AideState {
  return {
    session: { phase: 'checking' },
    lastUser: null,
    live: { state: 'closed', lastHeardAt: null },
    duty: { on: null, travel, sending: false, problem: null },
    offers: [],
    ended: [],
    held,
    notices: [],
    position: { kind: 'off' },
    bell: 'blocked',
    sending: null,
  };
}
