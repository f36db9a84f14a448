import type { Call } from '../../generated/Call';
import type { CallSenior } from '../../generated/CallSenior';
import type { CardLink } from '../../generated/CardLink';
import type { Death } from '../../generated/Death';
import type { Device } from '../../generated/Device';
import type { DeviceSignal } from '../../generated/DeviceSignal';
import type { DeviceWork } from '../../generated/DeviceWork';
import type { Offer } from '../../generated/Offer';
import type { Ticket } from '../../generated/Ticket';
import type { Times } from '../../generated/Times';
import type { UnknownDevice } from '../../generated/UnknownDevice';
import type { UnrecordedAlarm } from '../../generated/UnrecordedAlarm';

/** The moment at which all samples happen. */
export const NOON = Date.parse('2026-11-21T12:00:00.000Z');

export function at(offset_ms = 0): string {
  return new Date(NOON + offset_ms).toISOString();
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

/** Returns a waiting SOS received at noon, changed as the test says. */
export function ticket(changes: Partial<Omit<Ticket, 'times'>> & { times?: Partial<Times> } = {}): Ticket {
  const { times, ...rest } = changes;
  return {
    id: 't1',
    number: 1,
    senior: 's1',
    who: { name: '陈桂兰', age: 84, village: '步文村' },
    district: 'longwen',
    kind: 'sos',
    urgency: 2,
    status: 'open',
    handling: 'waiting',
    owner: null,
    next: null,
    escalated_to: [],
    flags: [],
    ring_min: 10,
    position: null,
    held_until: null,
    silence: null,
    place_doubt: null,
    scene: null,
    forced_entry: null,
    photos: [],
    offers: [],
    outcome: null,
    cause: null,
    signals: 1,
    seq: 1,
    devices: [],
    in_distress: null,
    handover: null,
    cards: [],
    death: null,
    call_back: null,
    about: null,
    ...rest,
    times: { ...NO_TIMES, received: at(), opened: at(), ...times },
  };
}

/** Returns an offer made at noon to a lead, changed as the test says. */
export function offer(changes: Partial<Offer> = {}): Offer {
  return {
    id: 'o1',
    ticket: 't1',
    responder: 'r1',
    role: 'lead',
    status: 'offered',
    eta_s: 300,
    eta_source: 'roads',
    ring_min: 10,
    overdue: false,
    offered_at: at(),
    deadline: at(30_000),
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
    ...changes,
  };
}

/** Returns an SOS that came at noon and is not recorded, changed as the test says. */
export function unrecorded(changes: Partial<UnrecordedAlarm> = {}): UnrecordedAlarm {
  return { id: 'a1', kind: 'sos', protocol: 'watch', device: '861234567890123', received_at: at(), position: null, ...changes };
}

/** Returns a connected watch heard a minute before noon, changed as the test says. */
export function device(changes: Partial<Device> = {}): Device {
  return {
    id: 'd1',
    protocol: 'watch',
    device: '861234567890123',
    senior: 's1',
    senior_name: '陈桂兰',
    model: null,
    connected: true,
    heard_at: at(-60_000),
    silent_s: 60,
    battery_pct: 80,
    battery_at: at(-60_000),
    position: null,
    position_age_s: null,
    pressed_at: null,
    asked: [],
    ...changes,
  };
}

/** Returns a heartbeat said at noon in text, changed as the test says. */
export function signal(changes: Partial<DeviceSignal> = {}): DeviceSignal {
  return {
    at: at(),
    kind: 'heartbeat',
    kinds: ['heartbeat'],
    ticket: null,
    flags: [],
    battery_pct: null,
    position: null,
    raw_hex: '5b334731',
    raw_text: '[3G1',
    ...changes,
  };
}

/** Returns a device silent since a day before noon, changed as the test says. */
export function work(changes: Partial<DeviceWork> = {}): DeviceWork {
  return {
    id: 'd1',
    device: '861234567890123',
    protocol: 'watch',
    senior: 's1',
    name: '陈桂兰',
    village: '步文村',
    trouble: 'silent',
    since: at(-86_400_000),
    ...changes,
  };
}

/** Returns a stranger heard at noon, changed as the test says. */
export function stranger(changes: Partial<UnknownDevice> = {}): UnknownDevice {
  return {
    protocol: 'watch',
    device: '4700021791',
    source_addr: '203.0.113.5',
    first_at: at(-3_600_000),
    last_at: at(),
    times: 7,
    alarmed: false,
    ...changes,
  };
}

export function caller(changes: Partial<CallSenior> = {}): CallSenior {
  return { id: 's1', name: '陈桂兰', age: 84, village: '步文村', relation: null, ...changes };
}

/** Returns a call that began to ring at noon, changed as the test says. */
export function call(changes: Partial<Call> = {}): Call {
  return {
    id: 'c1',
    direction: 'in',
    state: 'ringing',
    number: '13800138000',
    withheld: false,
    seniors: [caller()],
    by: null,
    result: null,
    ticket: null,
    recording: null,
    ringing_at: at(),
    answered_at: null,
    ended_at: null,
    summary: null,
    ...changes,
  };
}

/** Returns a link to the card given to 120 at noon for four hours, changed as the test says. */
export function cardLink(changes: Partial<CardLink> = {}): CardLink {
  return { id: 'l1', to: '120', given_at: at(), expires_at: at(4 * 3_600_000), revoked_at: null, readings: 0, ...changes };
}

/** Returns a death that 120 confirmed at noon and nobody signed, changed as the test says. */
export function death(changes: Partial<Death> = {}): Death {
  return { confirmed_by: '120', reference: '林医生 3021', stated_by: 'u1', stated_at: at(), signed_at: null, ...changes };
}
