import type { ForcedEntry } from '../../generated/ForcedEntry';

export type EntryStep = 'decide' | 'open' | 'secure' | 'done';

export type EntryField =
  | 'authorised_by'
  | 'police_reference'
  | 'witness'
  | 'reason'
  | 'opened_by'
  | 'secured_by'
  | 'secured_how';

/** What each step asks for; all of it. */
export const FIELDS_OF: Record<Exclude<EntryStep, 'done'>, readonly EntryField[]> = {
  decide: ['authorised_by', 'police_reference', 'witness', 'reason'],
  open: ['opened_by'],
  secure: ['secured_by', 'secured_how'],
};

/** Returns what comes next. What was called off may be decided anew. */
export function entryStep(entry: ForcedEntry | null): EntryStep {
  if (entry === null || entry.called_off !== null) return 'decide';
  if (entry.opened === null) return 'open';
  return entry.secured === null ? 'secure' : 'done';
}
