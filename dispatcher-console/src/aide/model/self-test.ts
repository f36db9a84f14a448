import type { SelfTest } from '../../generated/SelfTest';

/** What is tried, in the order in which it is shown. */
export const PARTS = ['sound', 'vibration', 'notification', 'position', 'connection', 'storage'] as const;

export type Part = (typeof PARTS)[number];

/** `refused` by the phone's owner; `missing`: this phone cannot; `failed`: tried, and nothing came. */
export type Result = 'works' | 'refused' | 'missing' | 'failed';

/** The self-test as far as it has come. */
export interface SelfTestState {
  parts: Readonly<Partial<Record<Part, Result>>>;
  running: boolean;
  /** Whether the centre has the result. */
  told: 'no' | 'sending' | 'yes' | 'failed';
  /** When it was last told to the centre, Unix milliseconds; null: not by this person on this phone. */
  at: number | null;
}

export const UNTRIED: SelfTestState = { parts: {}, running: false, told: 'no', at: null };

/** A shift is not longer: each begins with a self-test. */
const GOOD_FOR_MS = 12 * 3_600_000;

/** Returns whether a self-test is to be suggested. */
export function isDue({ at }: SelfTestState, now: number): boolean {
  return at === null || now - at > GOOD_FOR_MS;
}

/** Returns whether everything has a result. */
export function isComplete({ parts }: SelfTestState): boolean {
  return PARTS.every((part) => parts[part] !== undefined);
}

/** Returns what does not work, in the order in which it is shown. */
export function faultsOf(parts: SelfTestState['parts']): Part[] {
  return PARTS.filter((part) => parts[part] !== undefined && parts[part] !== 'works');
}

/** Returns what is sent. */
export function reportOf({ parts }: SelfTestState): Pick<SelfTest, 'parts'> {
  return { parts: { ...parts } };
}
