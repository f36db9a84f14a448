import type { OfferFile } from '../../generated/OfferFile';
import type { Responder } from '../../generated/Responder';
import type { User } from '../../generated/User';
import type { LiveStatus } from '../../shared/live';
import type { Battery } from './battery';
import type { Distress } from './distress';
import type { Lost } from './offer';
import type { MonthView } from './month';
import type { Verdict, Waiting } from './outbox';
import type { PositionState } from './position';
import { type SelfTestState, UNTRIED } from './self-test';

/** Who uses this phone, as far as the page must know without a signal. */
export type Person = Pick<User, 'id' | 'name' | 'role' | 'responder'>;

export type Travel = 'walk' | 'ebike' | 'car';

/** Who uses the page. `why` says what ended or prevented the session. */
export type SessionState =
  | { phase: 'checking' }
  | { phase: 'out'; why: 'fresh' | 'ended' }
  | { phase: 'in'; user: Person };

/** Own duty; `on` is null until the feed or an answer told. */
export interface DutyState {
  on: boolean | null;
  travel: Travel;
  sending: boolean;
  problem: { key: 'failed' } | { key: 'refused'; status: number } | null;
}

/** A step that did not count, with what was known of the offer; after a reload that is nothing. */
export interface Told extends Verdict {
  file: OfferFile | null;
}

/** The own steps on their way: what waits, and what the server refused and the aide has not read yet. */
export interface OutboxState {
  waiting: readonly Waiting[];
  told: readonly Told[];
  /** `page`: the phone keeps nothing for us, a tap does not outlive the page. */
  keptIn: 'phone' | 'page';
  /** So much waits that no more is taken. */
  full: boolean;
}

/** Whether the phone can ring: browsers keep a page silent until it was touched once. */
export type BellState = 'missing' | 'blocked' | 'ready';

/** Whether the glass is kept lit: `unwanted` by the aide's own choice, `refused` by the phone. */
export type AwakeState = 'off' | 'held' | 'unwanted' | 'refused' | 'missing';

/** Whether the centre can wake this phone: `off` there, `missing` here, `failed`: no push service is reached. */
export type PushState = 'off' | 'missing' | 'denied' | 'ask' | 'asking' | 'on' | 'failed';

/** Something that happened to an offer and must be seen, until it is acknowledged. */
export type Notice =
  | { kind: 'cancelled'; id: string; file: OfferFile | null; why: Lost | 'gone' }
  | { kind: 'missed'; id: string; file: OfferFile }
  | { kind: 'thanks'; id: string; file: OfferFile };

/** What is looked at between two jobs, in place of the duty screen. */
export type Leaf = 'self_test' | 'month';

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
  outbox: OutboxState;
  /** How much is left in the phone. */
  battery: Battery;
  /** Whether the glass stays lit on duty. */
  awake: AwakeState;
  /** When the centre last told what the phone remembered by itself; null once it has told anew. */
  recalledAt: number | null;
  /** How long the position was not shared, the page having slept; null when nothing is to be said. */
  unshared_ms: number | null;
  distress: Distress;
  push: PushState;
  /** What is opened, once nothing else has to be shown. */
  leaf: Leaf | null;
  selfTest: SelfTestState;
  /** The month that is looked at, or was last. */
  month: MonthView | null;
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
  | { type: 'outbox'; waiting: readonly Waiting[]; verdicts: readonly Verdict[]; keptIn: OutboxState['keptIn'] }
  | { type: 'outbox_full'; full: boolean }
  | { type: 'recalled'; offers: readonly OfferFile[]; on: boolean | null; at: number | null }
  | { type: 'awake'; awake: AwakeState }
  | { type: 'battery'; battery: Battery }
  | { type: 'unshared'; for_ms: number | null }
  | { type: 'distress'; distress: Distress }
  | { type: 'push'; push: PushState }
  | { type: 'leaf'; leaf: Leaf | null }
  | { type: 'self_test'; selfTest: Partial<SelfTestState> }
  | { type: 'month'; month: MonthView };

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
    outbox: { waiting: [], told: [], keptIn: 'phone', full: false },
    awake: 'off',
    battery: null,
    recalledAt: null,
    unshared_ms: null,
    distress: { kind: 'none' },
    push: 'off',
    leaf: null,
    selfTest: UNTRIED,
    month: null,
  };
}
