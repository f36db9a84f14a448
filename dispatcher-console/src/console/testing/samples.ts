import type { Offer } from '../../generated/Offer';
import type { Ticket } from '../../generated/Ticket';
import type { Times } from '../../generated/Times';
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
    offers: [],
    outcome: null,
    cause: null,
    signals: 1,
    seq: 1,
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
    withdrawn_why: null,
    ...changes,
  };
}

/** Returns an SOS that came at noon and is not recorded, changed as the test says. */
export function unrecorded(changes: Partial<UnrecordedAlarm> = {}): UnrecordedAlarm {
  return { id: 'a1', kind: 'sos', protocol: 'watch', device: '861234567890123', received_at: at(), position: null, ...changes };
}
