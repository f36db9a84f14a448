import type { Senior } from '../../generated/Senior';
import type { Ticket } from '../../generated/Ticket';
import { ordered } from './queue';

/** Matches Chinese by pinyin: whole, by initials, or mixed; returns whether it fits. */
export type PinyinMatch = (text: string, typed: string) => boolean;

/** Without the pinyin library (not loaded yet, or not to be had) only what is written fits. */
export const NO_PINYIN: PinyinMatch = () => false;

export type Found<C> = { kind: 'command'; command: C } | { kind: 'ticket'; ticket: Ticket } | { kind: 'senior'; senior: Senior };

/** Not more of each kind: whoever sees forty rows types another letter. */
const LIMIT = 8;

/** Returns what was typed, as it is compared: narrow, small, without spaces. */
export function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, '');
}

/** Returns whether a text fits what was typed, as it stands or by pinyin. */
export function fits(text: string, typed: string, pinyin: PinyinMatch): boolean {
  const wanted = folded(typed);
  if (wanted === '') return true;
  return folded(text).includes(wanted) || (/^[a-z\u3400-\u9fff']+$/.test(wanted) && pinyin(text, wanted));
}

/** Returns the open tickets that fit: by number, name or village; all of them, most urgent first, when nothing is typed. */
export function ticketsFor(typed: string, tickets: Iterable<Ticket>, pinyin: PinyinMatch): Ticket[] {
  const number = /^#?(\d+)$/.exec(folded(typed))?.[1];
  return ordered(tickets)
    .filter(({ number: own, who }) => {
      if (number !== undefined && String(own).startsWith(number)) return true;
      return fits(who.name ?? '', typed, pinyin) || (who.village !== null && fits(who.village, typed, pinyin));
    })
    .slice(0, LIMIT);
}

/** Returns the commands that fit by their words in any language, or by their key. */
export function commandsFor<C extends { words: readonly string[]; key: string | null }>(
  typed: string,
  commands: readonly C[],
  pinyin: PinyinMatch,
): C[] {
  return commands.filter(({ words }) => words.some((word) => fits(word, typed, pinyin)));
}

/** How much must be typed before the server is asked for seniors: one Chinese character, or two others. */
export function isEnough(typed: string): boolean {
  const wanted = folded(typed);
  return /[\u3400-\u9fff]/.test(wanted) || [...wanted].length >= 2;
}

/** Returns the first seniors of an answer. */
export function seniorsFor(found: readonly Senior[]): Senior[] {
  return found.slice(0, LIMIT);
}
