import i18next, { type TFunction } from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';

import { type Lang, setLang, tagOf } from '../../shared/lang';
import { en, zh } from './languages';

/** Groups whose keys are words of the API; screens must survive one they do not know. */
export type WordGroup =
  | 'silenceStep'
  | 'messageText'
  | 'messageState'
  | 'channel'
  | 'elsewhere'
  | 'callResult'
  | 'category'
  | 'cause'
  | 'deviceKind'
  | 'deviceCommand'
  | 'deviceCommandState'
  | 'direction'
  | 'escalatedWhy'
  | 'event'
  | 'flag'
  | 'flagWhy'
  | 'handling'
  | 'kind'
  | 'next'
  | 'outcome'
  | 'protocol'
  | 'reason'
  | 'role'
  | 'sex'
  | 'signal'
  | 'source'
  | 'step'
  | 'target'
  | 'trouble'
  | 'urgency'
  | 'userRole'
  | 'widened'
  | 'withdrawn'
  | 'workOutcome';

/** Prepares the words of one language; both are in the bundle, so nothing is ever fetched. */
export function startI18n(lang: Lang): void {
  void i18next.use(initReactI18next).init({
    resources: { zh: { translation: zh }, en: { translation: en } },
    lng: lang,
    fallbackLng: 'zh',
    initAsync: false,
    interpolation: { escapeValue: false }, // React escapes
  });
  document.title = i18next.t('app.title');
}

/** Changes the language of the page and remembers it. */
export function changeLang(lang: Lang): void {
  setLang(lang);
  void i18next.changeLanguage(lang);
  document.title = i18next.t('app.title');
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
  const lang: Lang = i18n.language === 'en' ? 'en' : 'zh';
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
