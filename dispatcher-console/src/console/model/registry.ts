import { ApiError } from '../../shared/api';
import { type Coordinates, coordinatesIn } from './coordinates';

/** What is wrong with a file: where, and a word for it. */
export interface Fault {
  field: string;
  code: string;
  /** The server's own words, in English, for a code we have no word for. */
  detail: string;
}

/** Returns what a refusal says, one by one; where it names no field, what is wrong belongs to the whole. */
export function faultsOf(error: ApiError): Fault[] {
  if (Array.isArray(error.errors)) {
    const faults = error.errors.filter(isFault);
    if (faults.length > 0) return faults;
  }
  // `contacts[0].hours: as "08:00-20:00"`
  const named = /^([a-z_]+(?:\[\d+\])?(?:\.[a-z_]+)?)(?:, [a-z, ]+)?: (.*)$/s.exec(error.message);
  const [, field = '', detail = error.message] = named ?? [];
  return [{ field, code: 'wrong', detail }];
}

function isFault(value: unknown): value is Fault {
  const fault = value as Partial<Record<keyof Fault, unknown>> | null;
  return typeof fault === 'object' && typeof fault?.field === 'string' && typeof fault.code === 'string' && typeof fault.detail === 'string';
}

/** Why a file is not changed though nobody else changed it: how the server's sentence goes on, and our word for it. */
export const REFUSALS = [
  ['is on ticket ', 'onTicket'],
  ['on duty and no position is known', 'standbyInUse'],
] as const;

/** Returns our word for why a change was refused, null for a reason we have none for: its sentence is shown as it came. */
export function refusalOf(error: ApiError): (typeof REFUSALS)[number][1] | null {
  return REFUSALS.find(([begins]) => error.detail?.startsWith(begins))?.[1] ?? null;
}

/** Returns what is wrong with a field, null when nothing is. */
export function faultAt(faults: readonly Fault[], field: string): Fault | null {
  return faults.find((fault) => fault.field === field) ?? null;
}

/** Returns the fields in which two files differ. */
export function differing<D extends object>(one: D, other: D): (keyof D & string)[] {
  const fields = Object.keys(one) as (keyof D & string)[];
  return fields.filter((field) => JSON.stringify(one[field]) !== JSON.stringify(other[field]));
}

/** A field in which somebody else's file differs from what is written here. */
export interface Difference<D> {
  field: keyof D & string;
  /** Whether it was changed here; what was not is theirs, unless somebody says otherwise. */
  changedHere: boolean;
  changedThere: boolean;
}

/** Returns where two people's changes of the same file differ. */
export function differences<D extends object>(base: D, mine: D, theirs: D): Difference<D>[] {
  const [here, there] = [differing(base, mine), differing(base, theirs)];
  return differing(mine, theirs).map((field) => ({
    field,
    changedHere: here.includes(field),
    changedThere: there.includes(field),
  }));
}

/** Returns mine with those fields as they are in theirs. */
export function merged<D extends object>(mine: D, theirs: D, fields: ReadonlySet<string>): D {
  const taken = Object.entries(theirs).filter(([field]) => fields.has(field));
  return { ...mine, ...Object.fromEntries(taken) };
}

/** A place as it is typed. */
export interface PlaceDraft {
  lat: string;
  lon: string;
}

export const NO_PLACE: PlaceDraft = { lat: '', lon: '' };

export function placeDraft(point: Coordinates | null): PlaceDraft {
  return point === null ? NO_PLACE : { lat: String(point.lat), lon: String(point.lon) };
}

/** Returns the place that is typed, null when it is none; `24.51, 117.66` in one field is understood as both. */
export function pointOf({ lat, lon }: PlaceDraft): Coordinates | null {
  if (lat.trim() === '' || lon.trim() === '') return null;
  const point = { lat: Number(lat), lon: Number(lon) };
  const there = Math.abs(point.lat) <= 90 && Math.abs(point.lon) <= 180 && (point.lat !== 0 || point.lon !== 0);
  return there ? point : null; // what is no number is not there either
}

/** Returns both halves of a place that was pasted into one field, null when it was one half only. */
export function pastedPlace(text: string): PlaceDraft | null {
  // Without something between them, a second point is a slip and no second number.
  const both = /[,\uff0c\u3001\s]/.test(text.trim()) ? coordinatesIn(text) : null;
  return both === null ? null : placeDraft(both);
}

export function isEmptyPlace({ lat, lon }: PlaceDraft): boolean {
  return lat.trim() === '' && lon.trim() === '';
}

/** Returns the lines of a field that are something. */
export function linesOf(text: string): string[] {
  return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
}

/** Returns whether a text may be a telephone number, as the server judges it. */
export function isPhone(text: string): boolean {
  const digits = text.replace(/\D/g, '').length;
  return digits >= 3 && digits <= 20 && text.length <= 32 && /^[\d+\-() #*,/\u8f6c]*$/.test(text);
}

/** Returns the list with one of its items moved by so many places; the same where there is no such place. */
export function moved<T>(list: readonly T[], from: number, by: number): T[] {
  const to = from + by;
  const item = list[from];
  if (item === undefined || to < 0 || to >= list.length) return [...list];
  const rest = list.filter((_, index) => index !== from);
  return [...rest.slice(0, to), item, ...rest.slice(to)];
}

/** Returns whether somebody with this role keeps responders, devices and lists. */
export function keepsLists(role: string | undefined): boolean {
  return role === 'supervisor' || role === 'admin';
}
