import type { Offer } from '../../generated/Offer';
import type { OfferFile } from '../../generated/OfferFile';
import type { Senior } from '../../generated/Senior';
import type { Ticket } from '../../generated/Ticket';
import type { Times } from '../../generated/Times';
import type { User } from '../../generated/User';
import type { Step } from '../model/offer';
import type { Waiting } from '../model/outbox';
import { initialState, type AideState } from '../model/state';

/** Made-up offers for tests: everything has a value, a test names only what it is about. */
export const NOON = Date.parse('2026-11-21T04:00:00.000Z');

export const at = (after_s: number): string => new Date(NOON + after_s * 1000).toISOString();

export const AIDE: User = { id: 'u1', username: 'aide01', name: '陈阿明', role: 'aide', responder: 'r1', districts: ['longwen'] };

export function anOffer(more: Partial<Offer> = {}): Offer {
  return {
    id: 'o1',
    ticket: 't1',
    responder: 'r1',
    role: 'lead',
    status: 'offered',
    eta_s: 412,
    eta_source: 'roads',
    ring_min: 10,
    overdue: false,
    offered_at: at(0),
    deadline: at(30),
    accepted_at: null,
    departed_at: null,
    on_scene_at: null,
    with_senior_at: null,
    arrival: null,
    distance_m: null,
    way_left_s: null,
    stuck_since: null,
    rings_until: null,
    help_asked: [],
    word_due_at: null,
    word_missed_at: null,
    withdrawn_why: null,
    ...more,
  };
}

const NO_TIMES: Times = {
  pressed: null,
  received: null,
  opened: null,
  popped_up: null,
  answered: null,
  confirmed: null,
  family_told: null,
  first_offered: null,
  accepted: null,
  departed: null,
  on_scene: null,
  with_senior: null,
  ambulance_called: null,
  ambulance_arrived: null,
  at_hospital: null,
  handed_over: null,
  closed: null,
  followed_up: null,
  archived: null,
};

export function aTicket(more: Partial<Ticket> = {}): Ticket {
  return {
    id: 't1',
    number: 1042,
    senior: 's1',
    who: { name: '王秀英', age: 83, village: '玉江村' },
    district: 'longwen',
    kind: 'sos',
    urgency: 1,
    status: 'open',
    handling: 'waiting',
    owner: null,
    next: null,
    escalated_to: [],
    flags: [],
    ring_min: 10,
    position: null,
    place_doubt: null,
    scene: null,
    times: NO_TIMES,
    held_until: null,
    silence: null,
    forced_entry: null,
    photos: [],
    offers: [],
    outcome: null,
    cause: null,
    signals: 1,
    seq: 10,
    devices: [],
    in_distress: null,
    handover: null,
    cards: [],
    death: null,
    call_back: null,
    about: null,
    ...more,
  };
}

export function aSenior(more: Partial<Senior> = {}): Senior {
  return {
    id: 's1',
    district: 'longwen',
    name: '王秀英',
    sex: 'female',
    born: '1943-02-01',
    age: 83,
    phone: '0596-2123456',
    village: '玉江村',
    address: '西溪路18号',
    access: '密码 4711#',
    lat: 24.5119,
    lon: 117.6622,
    gate: null,
    residence: 'home',
    residence_until: null,
    home: null,
    temporary: [],
    verified_at: null,
    tier: null,
    changed_at: null,
    category: 'over80',
    care_level: 3,
    conditions: [],
    medicines: [],
    allergies: [],
    contacts: [],
    plan: null,
    ...more,
  };
}

export function aFile(offer: Partial<Offer> = {}, ticket: Partial<Ticket> = {}): OfferFile {
  const own = anOffer(offer);
  const ticketOf = aTicket({ offers: [own], ...ticket });
  return { offer: own, ticket: ticketOf, senior: aSenior(), partners: [], weather: null, waits_for: [], face_at: null, keys: [] };
}

/** A tap that waits to be sent. */
export function aStep(step: Step, more: Partial<Waiting> = {}): Waiting {
  return { key: `key-${step}`, user: AIDE.id, offer: 'o1', step, reason: null, at: NOON, ...more };
}

/** The page of an aide who is logged in and on duty. */
export function onDuty(more: Partial<AideState> = {}): AideState {
  const state = initialState('ebike', null);
  return {
    ...state,
    session: { phase: 'in', user: AIDE },
    lastUser: AIDE.id,
    duty: { ...state.duty, on: true },
    ...more,
  };
}
