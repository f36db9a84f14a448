import { type Fill, translator as aideTranslator, type WordKey as AideKey } from '../../aide/words/words';
import type { Lang } from '../../shared/lang';
import { en } from './en';
import { type LinkKey, zh } from './zh';

export type { LinkKey } from './zh';

/** Returns the text of a key in the chosen language: this page's own, or the aide's page's, which says the same steps. */
export type Translate = (key: LinkKey | AideKey, fill?: Fill) => string;

const DICTIONARIES: Record<Lang, Record<LinkKey, string>> = { zh, en };

/** Returns the translator of a language. */
export function translator(lang: Lang): Translate {
  const own = DICTIONARIES[lang];
  const aides = aideTranslator(lang);
  return (key, fill = {}) =>
    key in own
      ? own[key as LinkKey].replace(/\{(\w+)\}/g, (blank, name: string) => String(fill[name] ?? blank))
      : aides(key as AideKey, fill);
}
