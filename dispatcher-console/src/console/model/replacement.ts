import type { Candidate } from '../../generated/Candidate';
import { duration } from '../../shared/format';
import type { Lang } from '../../shared/lang';
import type { Place } from './team';

/** Why somebody else goes; the words are in the language files, `other` wants words of its own. */
export const REPLACE_REASONS = ['no_answer', 'nearer', 'cannot', 'asked', 'knows', 'other'] as const;
export type ReplaceReason = (typeof REPLACE_REASONS)[number];

/** The server keeps so much of a reason; what is written goes with one of the reasons above. */
export const REASON_MOST = 300;
export const REPLACE_WORDS_MOST = 240;

/** Who has something in hand cannot be given more; the server would refuse it. */
const BOUND = new Set(['busy', 'engaged', 'offered']);

/** Returns whether somebody may be sent by hand. */
export function isFree(candidate: Candidate): boolean {
  return !BOUND.has(candidate.reason_code);
}

/** Returns who may be sent to a place of the team, in the planner's order: an aide leads. */
export function candidatesFor(place: Place, candidates: readonly Candidate[]): Candidate[] {
  return candidates.filter((candidate) => isFree(candidate) && (place === 'support' || candidate.role === 'aide'));
}

/** Returns the index that an arrow key leads to in a list; it stops at the ends. */
export function steppedTo(index: number, key: string, length: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return Math.min(index + 1, length - 1);
    case 'ArrowUp':
      return Math.max(index - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return length - 1;
    default:
      return null;
  }
}

/** Returns the figure in the reason why somebody can go or not; a position's age in words, whole minutes from the first on. */
export function reasonValue({ reason_code, reason_value }: Pick<Candidate, 'reason_code' | 'reason_value'>, lang: Lang): string | number {
  if (reason_value === null) return '?';
  if (reason_code !== 'stale') return reason_value;
  return duration((reason_value < 60 ? reason_value : reason_value - (reason_value % 60)) * 1000, lang).trim();
}
