import { match } from 'pinyin-pro';

/** Returns whether Chinese fits what was typed in pinyin: whole, by initials, or mixed, with every reading of a character. */
export function matches(text: string, typed: string): boolean {
  return match(text, typed, { precision: 'start', continuous: true, v: true }) !== null;
}
