import type { Lang } from '../../shared/lang';
import { en } from './en';
import { type WordKey, zh } from './zh';

export type { WordKey } from './zh';

/** What may be filled into a text. */
export type Fill = Record<string, string | number>;

/** Returns the text of a key in the chosen language. */
export type Translate = (key: WordKey, fill?: Fill) => string;

const DICTIONARIES: Record<Lang, Record<WordKey, string>> = { zh, en };

/** Returns the translator of a language. */
export function translator(lang: Lang): Translate {
  const words = DICTIONARIES[lang];
  return (key, fill = {}) =>
    words[key].replace(/\{(\w+)\}/g, (blank, name: string) => String(fill[name] ?? blank));
}

/**
 * Returns the key `<prefix>.<value>` where there is one.
 *
 * Values come from the server, which may one day send words this page has not learnt.
 */
/** Returns whether there is such a text. */
export function isKey(key: string): key is WordKey {
  return key in zh;
}

export function keyFor<P extends string>(
  prefix: P,
  value: string | number,
  otherwise: Extract<WordKey, `${P}.${string}`>,
): WordKey {
  const key = `${prefix}.${value}`;
  return key in zh ? (key as WordKey) : otherwise;
}
