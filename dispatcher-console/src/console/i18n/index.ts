import i18next, { type InitOptions, type TFunction } from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';

import { LANGS, type Lang, setLang, tagOf } from '../../shared/lang';
import { notify } from '../state/desk';
import { isolated } from './isolate';
import { resourcesOf, type SomeWords } from './some-words';
import { zh } from './zh';

/** Groups whose keys are words of the API; screens must survive one they do not know. */
export type WordGroup =
  | 'phonePart'
  | 'phoneHow'
  | 'keyKind'
  | 'photoOf'
  | 'accessAct'
  | 'accessWhy'
  | 'accidental'
  | 'silenceStep'
  | 'messageText'
  | 'messageState'
  | 'channel'
  | 'elsewhere'
  | 'callBackResult'
  | 'callBackWhich'
  | 'callResult'
  | 'canaryFailure'
  | 'canaryOutside'
  | 'category'
  | 'cause'
  | 'deskState'
  | 'deskStateWhy'
  | 'deviceKind'
  | 'deviceCommand'
  | 'deviceCommandState'
  | 'direction'
  | 'escalatedWhy'
  | 'event'
  | 'flag'
  | 'flagWhy'
  | 'grade'
  | 'handling'
  | 'handoverStep'
  | 'reviewCause'
  | 'reportMeasure'
  | 'reportCounts'
  | 'reportDevice'
  | 'reportMoment'
  | 'reportPopulation'
  | 'reportSource'
  | 'helpWanted'
  | 'consciousness'
  | 'breathingState'
  | 'fell'
  | 'pain'
  | 'measure'
  | 'hazard'
  | 'kind'
  | 'next'
  | 'outcome'
  | 'protocol'
  | 'reason'
  | 'contactKind'
  | 'registryAct'
  | 'registryFault'
  | 'registryField'
  | 'tier'
  | 'travel'
  | 'role'
  | 'sex'
  | 'signal'
  | 'source'
  | 'step'
  | 'target'
  | 'trouble'
  | 'urgency'
  | 'waitReason'
  | 'userRole'
  | 'widened'
  | 'withdrawn'
  | 'workOutcome';

/** What another language lacks is said in Chinese: a word too many, never a key. */
export const SOURCE: Lang = 'zh';

/** The source is in the bundle and always there; another language is fetched before it is spoken the first time. */
const LATER: Record<Exclude<Lang, 'zh'>, () => Promise<SomeWords>> = { en: async () => (await import('./en')).en };
const fetched = new Set<Lang>([SOURCE]);

/** No page waits longer for its words than this: until they come the source is spoken. */
const WAIT_MS = 3_000;

/** What another page than the console says beside the console's words, or instead of them. */
export interface PageWords {
  zh: SomeWords;
  later: Record<Exclude<Lang, 'zh'>, () => Promise<SomeWords>>;
}

let page: PageWords | undefined;

/** Prepares the words of a language; where they cannot be had, or not soon, the source is spoken. */
export async function startI18n(lang: Lang, own?: PageWords): Promise<void> {
  void i18next.use(initReactI18next).init(optionsOf(SOURCE, { zh }));
  page = own;
  if (page !== undefined) add(SOURCE, page.zh);
  await Promise.race([speak(lang), new Promise((resolve) => setTimeout(resolve, WAIT_MS))]);
}

/** Returns whether a language is spoken from now on. */
async function speak(lang: Lang): Promise<boolean> {
  try {
    if (lang !== 'zh' && !fetched.has(lang))
      for (const words of await Promise.all([LATER[lang](), page?.later[lang]()])) if (words !== undefined) add(lang, words);
    fetched.add(lang);
    await i18next.changeLanguage(lang);
    return true;
  } catch {
    return false;
  } finally {
    document.title = i18next.t('app.title');
  }
}

function add(lang: Lang, words: SomeWords): void {
  i18next.addResourceBundle(lang, 'translation', words, true, true);
}

/** Returns how words are spoken; React escapes, so a text inside a sentence is only fenced in. */
export function optionsOf(lang: string, words: Record<string, SomeWords>): InitOptions {
  return {
    resources: resourcesOf(words),
    lng: lang,
    fallbackLng: SOURCE,
    initAsync: false,
    interpolation: { escapeValue: true, escape: isolated },
  };
}

/** Changes the language of the page and remembers it. */
export function changeLang(lang: Lang): void {
  void speak(lang).then((isSpoken) => {
    if (isSpoken) setLang(lang);
    else notify('bad', i18next.t('header.languageFailed'));
  });
}

export interface Speech {
  t: TFunction;
  lang: Lang;
  /** BCP 47, for `lang` attributes. */
  tag: string;
  /** The word for a word of the API; an unknown one is shown as it came, never hidden. */
  word: (group: WordGroup, code: string, values?: Record<string, unknown>) => string;
}

/** Returns the language in use and the ways to speak it. */
export function useSpeech(): Speech {
  const { t, i18n } = useTranslation();
  const lang = LANGS.find((one) => one === i18n.language) ?? SOURCE;
  return {
    t,
    lang,
    tag: tagOf(lang),
    word: (group, code, values) => {
      const key = `${group}.${code}`;
      // The key is built from what the server said, so its type cannot be known here.
      return i18n.exists(key) ? t(key as 'kind.sos', values ?? {}) : code;
    },
  };
}
