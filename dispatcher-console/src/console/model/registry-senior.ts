import type { Contact } from '../../generated/Contact';
import type { Senior } from '../../generated/Senior';
import type { TemporaryAddress } from '../../generated/TemporaryAddress';
import { type Fault, isEmptyPlace, isPhone, linesOf, NO_PLACE, type PlaceDraft, placeDraft, pointOf } from './registry';

export const CATEGORIES = [
  'state_supported',
  'minimum_allowance',
  'registered_poor',
  'severely_disabled',
  'special_care',
  'family_planning',
  'over80',
  'self_paid',
] as const;
export const TIERS = ['information', 'home'] as const;
export const SEXES = ['female', 'male'] as const;
export const HAZARDS = ['dog', 'violence', 'infection', 'building'] as const;
export const CONTACT_KINDS = ['family', 'neighbour', 'office'] as const;
export const CARE_LEVELS = ['0', '1', '2', '3', '4', '5'] as const;

/** As many as the server takes. */
export const MAX_CONTACTS = 20;
export const MAX_TEMPORARY = 5;

export type ContactDraft = Omit<Contact, 'hours'> & { hours: string };

export interface TemporaryDraft {
  address: string;
  access: string;
  door: PlaceDraft;
  gate: PlaceDraft;
  /** RFC 3339, empty while nothing is chosen. */
  from: string;
  until: string;
  note: string;
}

/** A senior's file as it stands in the form: every field beside the others, so that any of them can be compared. */
export interface SeniorDraft {
  name: string;
  sex: string;
  born: string;
  phone: string;
  village: string;
  category: string;
  tier: string;
  care_level: string;
  address: string;
  access: string;
  door: PlaceDraft;
  gate: PlaceDraft;
  /** RFC 3339; empty: nobody looked. */
  verified_at: string;
  temporary: TemporaryDraft[];
  hazards: string[];
  advice: string;
  dialect: string;
  deaf: boolean;
  mute: boolean;
  /** `hospital` or `away`; empty: at home. */
  absence: { place: string; until: string; note: string };
  contacts: ContactDraft[];
  conditions: string;
  medicines: string;
  allergies: string;
}

export const AT_HOME: SeniorDraft['absence'] = { place: '', until: '', note: '' };

export const EMPTY_SENIOR: SeniorDraft = {
  name: '',
  sex: '',
  born: '',
  phone: '',
  village: '',
  category: '',
  tier: '',
  care_level: '0',
  address: '',
  access: '',
  door: NO_PLACE,
  gate: NO_PLACE,
  verified_at: '',
  temporary: [],
  hazards: [],
  advice: '',
  dialect: '',
  deaf: false,
  mute: false,
  absence: AT_HOME,
  contacts: [],
  conditions: '',
  medicines: '',
  allergies: '',
};

export const EMPTY_CONTACT: ContactDraft = {
  name: '',
  relation: '',
  phone: '',
  kind: 'family',
  hours: '',
  opens_door: false,
  accidental: 'weekly',
};

export const EMPTY_TEMPORARY: TemporaryDraft = { address: '', access: '', door: NO_PLACE, gate: NO_PLACE, from: '', until: '', note: '' };

/** Returns a file as it stands in the form. What counts is home, wherever the senior lives at present. */
export function draftOfSenior(senior: Senior): SeniorDraft {
  const home = senior.home ?? senior;
  const { plan } = senior;
  return {
    name: senior.name,
    sex: senior.sex,
    born: senior.born,
    phone: senior.phone,
    village: senior.village,
    category: senior.category,
    tier: senior.tier ?? '',
    care_level: String(senior.care_level),
    address: home.address,
    access: home.access,
    door: placeDraft(home),
    gate: placeDraft(home.gate),
    verified_at: senior.verified_at ?? '',
    temporary: senior.temporary.map(temporaryDraft),
    hazards: [...(plan?.hazards ?? [])].sort(),
    advice: plan?.advice ?? '',
    dialect: plan?.dialect ?? '',
    deaf: plan?.deaf ?? false,
    mute: plan?.mute ?? false,
    absence: plan?.absence == null ? AT_HOME : { place: plan.absence.place, until: plan.absence.until ?? '', note: plan.absence.note },
    contacts: senior.contacts.map(contactDraft),
    conditions: senior.conditions.join('\n'),
    medicines: senior.medicines.join('\n'),
    allergies: senior.allergies.join('\n'),
  };
}

function contactDraft({ name, relation, phone, kind, hours, opens_door, accidental }: Contact): ContactDraft {
  return { name, relation, phone, kind, hours: hours ?? '', opens_door, accidental };
}

function temporaryDraft({ address, access, lat, lon, gate, from, until, note }: TemporaryAddress): TemporaryDraft {
  return { address, access, door: placeDraft({ lat, lon }), gate: placeDraft(gate), from, until, note };
}

/** Returns a draft as the server wants it; only of a draft in which nothing is wrong. */
export function bodyOfSenior(draft: SeniorDraft, changed_at: string | null, district?: string): object {
  const { absence } = draft;
  return {
    name: draft.name.trim(),
    sex: draft.sex,
    born: draft.born,
    phone: draft.phone.trim(),
    village: draft.village.trim(),
    category: draft.category,
    tier: draft.tier === '' ? null : draft.tier,
    care_level: Number(draft.care_level),
    address: draft.address.trim(),
    access: draft.access.trim(),
    ...doorOf(draft.door),
    gate: pointOf(draft.gate),
    verified_at: draft.verified_at === '' ? null : draft.verified_at,
    temporary: draft.temporary.map(({ address, access, door, gate, from, until, note }) => ({
      ...doorOf(door),
      address: address.trim(),
      access: access.trim(),
      gate: pointOf(gate),
      from,
      until,
      note: note.trim(),
    })),
    plan: {
      hazards: draft.hazards,
      advice: draft.advice.trim(),
      dialect: draft.dialect.trim() === '' ? null : draft.dialect.trim(),
      deaf: draft.deaf,
      mute: draft.mute,
      absence: absence.place === '' ? null : { ...absence, until: absence.until === '' ? null : absence.until },
    },
    contacts: draft.contacts.map((contact) => ({
      ...contact,
      name: contact.name.trim(),
      phone: contact.phone.trim(),
      relation: contact.relation.trim(),
      hours: contact.hours.trim() === '' ? null : contact.hours.trim(),
    })),
    conditions: linesOf(draft.conditions),
    medicines: linesOf(draft.medicines),
    allergies: linesOf(draft.allergies),
    changed_at,
    ...(district === undefined ? {} : { district }),
  };
}

/** The server judges a place that is none; here it is only not left out. */
function doorOf(place: PlaceDraft): { lat: number; lon: number } {
  return pointOf(place) ?? { lat: 0, lon: 0 };
}

const HOURS = /^([01]?\d|2[0-3]):[0-5]\d\s*-\s*([01]?\d|2[0-3]):[0-5]\d$/;

/** Returns what is wrong with a draft before it is sent: what nobody need ask the server. */
export function faultsOfSenior(draft: SeniorDraft): Fault[] {
  const faults: Fault[] = [];
  const wrong = (field: string, code: string): void => void faults.push({ field, code, detail: code });
  for (const field of ['name', 'sex', 'born', 'category'] as const) if (draft[field].trim() === '') wrong(field, 'missing');
  if (!isPhone(draft.phone.trim())) wrong('phone', 'not_a_phone');
  if (pointOf(draft.door) === null) wrong('lat', 'no_place');
  if (!isEmptyPlace(draft.gate) && pointOf(draft.gate) === null) wrong('gate', 'no_place');
  draft.temporary.forEach((stay, n) => {
    const at = `temporary[${n}]`;
    if (stay.address.trim() === '') wrong(`${at}.address`, 'missing');
    if (stay.from === '') wrong(`${at}.from`, 'missing');
    if (stay.until === '') wrong(`${at}.until`, 'missing');
    else if (stay.from !== '' && Date.parse(stay.until) <= Date.parse(stay.from)) wrong(`${at}.until`, 'not_a_span');
    if (pointOf(stay.door) === null) wrong(`${at}.door`, 'no_place');
    if (!isEmptyPlace(stay.gate) && pointOf(stay.gate) === null) wrong(`${at}.gate`, 'no_place');
  });
  draft.contacts.forEach((contact, n) => {
    const at = `contacts[${n}]`;
    if (contact.name.trim() === '') wrong(`${at}.name`, 'missing');
    if (!isPhone(contact.phone.trim())) wrong(`${at}.phone`, 'not_a_phone');
    if (contact.hours.trim() !== '' && !HOURS.test(contact.hours.trim())) wrong(`${at}.hours`, 'not_hours');
  });
  return faults;
}
