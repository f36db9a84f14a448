import type { Scene } from '../../generated/Scene';
import type { Fix, PositionState } from './position';

/** What can be chosen in the short form, in the order in which it is asked. */
export const CONSCIOUS = ['clear', 'confused', 'unresponsive'] as const;
export const BREATHING = ['normal', 'laboured', 'absent'] as const;
export const FELL = ['yes', 'no'] as const;
export const PAIN = ['none', 'some', 'severe'] as const;
export const MEASURES = ['cpr', 'aed', 'recovery_position', 'dressing', 'own_medicine', 'helped_up', 'kept_warm'] as const;
/** Of the outcomes those that somebody at a door can see; the operator closes. */
export const OUTCOMES = ['helped', 'hospital', 'family', 'refused', 'accidental', 'device_fault'] as const;

/** The longest note that the centre takes, characters. */
export const MAX_NOTE = 500;

/** The form as far as it is filled in. */
export interface Draft {
  conscious: (typeof CONSCIOUS)[number] | null;
  breathing: (typeof BREATHING)[number] | null;
  fell: (typeof FELL)[number] | null;
  pain: (typeof PAIN)[number] | null;
  measures: readonly (typeof MEASURES)[number][];
  outcome: (typeof OUTCOMES)[number] | null;
  note: string;
}

export const BLANK: Draft = { conscious: null, breathing: null, fell: null, pain: null, measures: [], outcome: null, note: '' };

/** What is sent of it. */
export interface ReportBody {
  conscious: string;
  breathing: string;
  fell: boolean | null;
  pain: string | null;
  measures: readonly string[];
  outcome: string | null;
  note: string;
  /** When it was tapped, RFC 3339: without a signal it arrives later. */
  at: string;
}

/** Returns what to send; null while the two things are missing that 120 asks first. */
export function reportOf(draft: Draft, now: number): ReportBody | null {
  const { conscious, breathing, fell, pain, measures, outcome, note } = draft;
  if (conscious === null || breathing === null) return null;
  return { conscious, breathing, fell: fell === null ? null : fell === 'yes', pain, measures, outcome, note: note.trim(), at: new Date(now).toISOString() };
}

/** Returns whether a life is in danger, as the centre decides it. */
export function isGrave({ conscious, breathing }: Pick<Draft, 'conscious' | 'breathing'>): boolean {
  return conscious === 'unresponsive' || breathing === 'laboured' || breathing === 'absent';
}

/** Returns the form with what the centre knows, to be brought up to date. */
export function draftOf(scene: Scene): Draft {
  const known = <T extends string>(all: readonly T[], word: string | null): T | null => all.find((one) => one === word) ?? null;
  return {
    conscious: known(CONSCIOUS, scene.conscious),
    breathing: known(BREATHING, scene.breathing),
    fell: scene.fell === null ? null : scene.fell ? 'yes' : 'no',
    pain: known(PAIN, scene.pain),
    measures: MEASURES.filter((measure) => scene.measures.includes(measure)),
    outcome: known(OUTCOMES, scene.outcome),
    note: scene.note,
  };
}

/** An older place is not where somebody stands now, milliseconds. */
const FRESH_MS = 60_000;

/** Returns where the phone is now; null when it does not know. */
export function hereOf(position: PositionState, now: number): Fix | null {
  const fix = position.kind === 'shared' || position.kind === 'unsent' ? position.fix : null;
  return fix !== null && now - fix.at <= FRESH_MS ? fix : null;
}

/** What is sent when the address is wrong. */
export interface WrongAddressBody {
  lat: number | null;
  lon: number | null;
  accuracy_m: number | null;
  text: string;
  /** When it was tapped, RFC 3339: without a signal it arrives later. */
  at: string;
}

/** Returns what to send; null when neither a place nor words are there. */
export function wrongAddressOf(here: Fix | null, text: string, now: number): WrongAddressBody | null {
  if (here === null && text.trim() === '') return null;
  const { lat = null, lon = null, accuracy_m = null } = here ?? {};
  return { lat, lon, accuracy_m, text: text.trim(), at: new Date(now).toISOString() };
}
