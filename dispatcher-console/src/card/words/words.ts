import type { Lang } from '../../shared/lang';
import { en } from './en';
import { type WordKey, zh } from './zh';

export type { WordKey } from './zh';

/** Returns the text of a key in the chosen language. */
export type Translate = (key: WordKey, fill?: Record<string, string | number>) => string;

const DICTIONARIES: Record<Lang, Record<WordKey, string>> = { zh, en };

/** Returns the translator of a language. */
export function translator(lang: Lang): Translate {
  const words = DICTIONARIES[lang];
  return (key, fill = {}) => words[key].replace(/\{(\w+)\}/g, (blank, name: string) => String(fill[name] ?? blank));
}

/** Returns the key `<prefix>.<value>`, null where this page has no word for it: values come from the server. */
export function keyOf(prefix: string, value: string): WordKey | null {
  const key = `${prefix}.${value}`;
  return key in zh ? (key as WordKey) : null;
}
