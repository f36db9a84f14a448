/** Words of a language that may lack some: the source steps in for them. */
export interface SomeWords {
  [key: string]: string | SomeWords;
}

/** Returns the words as i18next wants them. */
export function resourcesOf(words: Record<string, SomeWords>): Record<string, { translation: SomeWords }> {
  return Object.fromEntries(Object.entries(words).map(([lang, translation]) => [lang, { translation }]));
}
