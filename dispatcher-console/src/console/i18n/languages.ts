import type { Lang } from '../../shared/lang';
import { en } from './en';
import type { SomeWords } from './some-words';
import { zh } from './zh';

export { en, zh };

/** The words of each language of the pages: the one list to extend, beside `shared/lang` and `i18n/index`. */
export const WORDS: Record<Lang, SomeWords> = { zh, en };
