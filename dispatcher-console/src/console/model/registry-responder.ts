import type { Certificate } from '../../generated/Certificate';
import type { RegistryResponder } from '../../generated/RegistryResponder';
import type { SelfTest } from '../../generated/SelfTest';
import { type Fault, isPhone, linesOf, NO_PLACE, type PlaceDraft, placeDraft, pointOf } from './registry';

export const RESPONDER_ROLES = ['aide', 'rescuer'] as const;
export const TRAVELS = ['walk', 'ebike', 'car'] as const;

/** A responder's file as it stands in the form. */
export interface ResponderDraft {
  name: string;
  role: string;
  phone: string;
  sex: string;
  travel: string;
  standby: PlaceDraft;
  dialects: string;
  /** One on each line: its name and its last day. */
  certificates: string;
  /** RFC 3339; empty: in the service. */
  left_at: string;
}

export const EMPTY_RESPONDER: ResponderDraft = {
  name: '',
  role: 'aide',
  phone: '',
  sex: '',
  travel: 'ebike',
  standby: NO_PLACE,
  dialects: '',
  certificates: '',
  left_at: '',
};

export function draftOfResponder(responder: RegistryResponder): ResponderDraft {
  return {
    name: responder.name,
    role: responder.role,
    phone: responder.phone,
    sex: responder.sex ?? '',
    travel: responder.travel,
    standby: placeDraft(responder),
    dialects: responder.dialects.join('\n'),
    certificates: responder.certificates.map(({ name, until }) => `${name} ${until}`).join('\n'),
    left_at: responder.left_at ?? '',
  };
}

/** Returns a draft as the server wants it; only of a draft in which nothing is wrong. */
export function bodyOfResponder(draft: ResponderDraft, changed_at: string | null, district?: string): object {
  return {
    name: draft.name.trim(),
    role: draft.role,
    phone: draft.phone.trim(),
    sex: draft.sex === '' ? null : draft.sex,
    travel: draft.travel,
    ...(pointOf(draft.standby) ?? { lat: 0, lon: 0 }),
    dialects: linesOf(draft.dialects),
    certificates: linesOf(draft.certificates).map(certificateOf),
    left_at: draft.left_at === '' ? null : draft.left_at,
    changed_at,
    ...(district === undefined ? {} : { district }),
  };
}

/** Returns what is wrong with a draft before it is sent. */
export function faultsOfResponder(draft: ResponderDraft): Fault[] {
  const faults: Fault[] = [];
  const wrong = (field: string, code: string): void => void faults.push({ field, code, detail: code });
  if (draft.name.trim() === '') wrong('name', 'missing');
  if (!isPhone(draft.phone.trim())) wrong('phone', 'not_a_phone');
  if (pointOf(draft.standby) === null) wrong('lat', 'no_place');
  if (linesOf(draft.certificates).some((line) => certificateOf(line).until === '')) wrong('certificates', 'not_a_date');
  return faults;
}

/** Returns a certificate from its line, `救护员证 2027-03-01`; without a day at the end its last day is empty. */
function certificateOf(line: string): Certificate {
  const [, name, until] = /^(.*\S)\s+(\d{4}-\d{2}-\d{2})$/.exec(line) ?? [];
  return { name: name ?? line, until: until ?? '' };
}

/** Returns responders whose name or number has this in it, in the order in which they came. */
export function foundResponders(all: readonly RegistryResponder[], text: string): RegistryResponder[] {
  const wanted = text.trim().toLowerCase();
  return all.filter(({ name, phone }) => name.toLowerCase().includes(wanted) || phone.includes(wanted));
}

/** Returns what does not work on a person's phone: each part with how it went. */
export function phoneFaults({ parts }: SelfTest): [string, string][] {
  return Object.entries(parts).flatMap(([part, how]) => (how === undefined || how === 'works' ? [] : [[part, how] as [string, string]]));
}
