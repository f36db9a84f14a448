/** Kinds of `input` in which nothing is written. */
const NO_TEXT = new Set(['button', 'checkbox', 'color', 'file', 'image', 'radio', 'range', 'reset', 'submit']);

/** Returns whether text is written in an `input` of a type; a box that is ticked has a value too. */
export function takesText(type: string): boolean {
  return !NO_TEXT.has(type);
}
