/** Letters written from right to left, and the signs that turn or hide the direction of what follows. */
const TURNS = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const ISOLATES = /[\u2066-\u2069]/gu;

/**
 * Returns a text to stand inside a sentence: what could turn the words after it is fenced in (FSI … PDI).
 * Sentences also go into titles and labels, where no element could do it.
 */
export function isolated(text: string): string {
  return TURNS.test(text) ? `\u2068${text.replace(ISOLATES, '')}\u2069` : text;
}
