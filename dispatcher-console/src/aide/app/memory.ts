import type { Person, Travel } from '../model/state';
import type { Left } from './leaving';

/**
 * What outlives a reload on this phone in plain words: who uses it, whether on duty, an offer's id, the
 * way of travelling. No name, phone number or place of a senior is ever kept here; phones get lost.
 */
const HELD = 'silverbell.aide.held';
const TRAVEL = 'silverbell.aide.travel';
const PERSON = 'silverbell.aide.person';
const DUTY = 'silverbell.aide.duty';
const TESTED = 'silverbell.aide.tested';
const LEFT = 'silverbell.aide.left';
const AWAKE = 'silverbell.aide.awake';

/** Storage may be forbidden; then this page remembers by itself. */
const inPage = new Map<string, string>();

function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return inPage.get(key) ?? null;
  }
}

function remember(key: string, value: string | null): void {
  if (value === null) inPage.delete(key);
  else inPage.set(key, value);
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // As above.
  }
}

function travelOf(word: string | null): Travel {
  return word === 'walk' || word === 'car' ? word : 'ebike';
}

export const memory = {
  held: (): string | null => recall(HELD),
  setHeld: (offer: string | null): void => remember(HELD, offer),
  travel: (): Travel => travelOf(recall(TRAVEL)),
  setTravel: (travel: Travel): void => remember(TRAVEL, travel),
  /** Whoever logged in last on this phone, until a request says that nobody is. */
  person: (): Person | null => {
    try {
      const person = JSON.parse(recall(PERSON) ?? 'null') as Partial<Person> | null;
      return typeof person?.id === 'string' && typeof person.name === 'string' ? (person as Person) : null;
    } catch {
      return null;
    }
  },
  setPerson: (person: Person | null): void => {
    const { id, name, role, responder } = person ?? {};
    remember(PERSON, person === null ? null : JSON.stringify({ id, name, role, responder }));
  },
  /** Somebody who logged out, of whom the server may not know it yet. */
  left: (): Left | null => {
    const word = recall(LEFT);
    return word === null ? null : { offDuty: word === 'off_duty' ? null : travelOf(word) };
  },
  setLeft: (left: Left | null): void => remember(LEFT, left === null ? null : (left.offDuty ?? 'off_duty')),
  /** Calls back when another page of this phone logged somebody in or out. */
  onPerson: (listener: () => void): void =>
    addEventListener('storage', ({ key }) => {
      if (key === PERSON || key === null) listener();
    }),
  onDuty: (): boolean | null => (recall(DUTY) === null ? null : recall(DUTY) === 'on'),
  setOnDuty: (on: boolean | null): void => remember(DUTY, on === null ? null : on ? 'on' : 'off'),
  /** When this phone's self-test was last told to the centre by this person, Unix milliseconds. */
  testedAt: (user: string): number | null => {
    const [by, at] = (recall(TESTED) ?? '').split(' ');
    return by === user && Number.isFinite(Number(at)) ? Number(at) : null;
  },
  setTestedAt: (user: string, at: number): void => remember(TESTED, `${user} ${at}`),
  awake: (): boolean => recall(AWAKE) !== 'off',
  setAwake: (awake: boolean): void => remember(AWAKE, awake ? null : 'off'),
};
