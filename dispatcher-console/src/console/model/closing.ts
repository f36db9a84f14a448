import type { Ticket } from '../../generated/Ticket';

/** Outcomes in the order and groups in which the dialog offers them. */
export const OUTCOME_GROUPS = [
  { group: 'groupReal', outcomes: ['helped', 'hospital', 'phone', 'family', 'police', 'transferred', 'found', 'refused'] },
  { group: 'groupFalse', outcomes: ['accidental', 'device_fault', 'nuisance'] },
  { group: 'groupOther', outcomes: ['test', 'duplicate', 'no_contact', 'deceased'] },
] as const;

/** Returns all outcomes of a ticket in the order in which they are shown, and have their keys. */
export function outcomesOf(work: boolean): readonly string[] {
  return work ? WORK_OUTCOMES : OUTCOME_GROUPS.flatMap(({ outcomes }) => outcomes as readonly string[]);
}

export const CAUSES = [
  'fall',
  'chest_pain',
  'breathing',
  'stroke',
  'abdominal',
  'fire_gas',
  'trapped',
  'distress',
  'fraud',
  'dispute',
  'other',
] as const;

/** Work on devices ends in one of two ways, and always for a reason. */
export const WORK_OUTCOMES = ['helped', 'device_fault'] as const;
export const WORK_CAUSES = ['no_credit', 'switched_off', 'sim_changed', 'lost', 'unused', 'other'] as const;

/** What the operator filled in; empty texts are left out of the request. */
export interface Closing {
  outcome: string;
  cause: string;
  note: string;
  hospital: string;
  duplicate_of: string;
  witness: string;
}

export const NOTHING_FILLED: Closing = {
  outcome: '',
  cause: '',
  note: '',
  hospital: '',
  duplicate_of: '',
  witness: '',
};

/** Returns whether an outcome says that somebody was helped at the door while nobody's arrival is on record: told, and barred to nobody. */
export function lacksArrival(outcome: string, { on_scene, with_senior, ambulance_arrived }: Ticket['times']): boolean {
  return outcome === 'helped' && on_scene === null && with_senior === null && ambulance_arrived === null;
}

/** The further fact an outcome wants, so that nobody ends a ticket on a guess. */
export function guardOf(outcome: string): 'hospital' | 'duplicate_of' | 'witness' | null {
  switch (outcome) {
    case 'hospital':
      return 'hospital';
    case 'duplicate':
      return 'duplicate_of';
    case 'no_contact':
    case 'deceased':
      return 'witness';
    default:
      return null;
  }
}

/** Returns the first field that is still missing, null when the ticket can be closed; `work` is on devices. */
export function missing(closing: Closing, work = false): keyof Closing | null {
  if (closing.outcome === '') return 'outcome';
  if (work && closing.cause === '') return 'cause';
  const guard = guardOf(closing.outcome);
  return guard !== null && closing[guard].trim() === '' ? guard : null;
}

/** Returns the body of the request: only what was filled in and belongs to the outcome. */
export function closingBody(closing: Closing): Record<string, string> {
  const guard = guardOf(closing.outcome);
  const fields: (keyof Closing)[] = ['outcome', 'cause', 'note', ...(guard === null ? [] : [guard])];
  return Object.fromEntries(
    fields.map((field) => [field, closing[field].trim()]).filter(([, text]) => text !== ''),
  );
}
