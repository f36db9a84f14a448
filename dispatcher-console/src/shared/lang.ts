/** The languages of the pages. Chinese is the default, whatever the browser prefers. */
export type Lang = 'zh' | 'en';

const KEY = 'silverbell.lang';
const TAGS: Record<Lang, string> = { zh: 'zh-CN', en: 'en' };

function isLang(value: string | null): value is Lang {
  return value === 'zh' || value === 'en';
}

/** Returns the language of an address and a memory: `?lang=`, then what was chosen last, then Chinese. */
export function chooseLang(search: string, remembered: string | null): Lang {
  const asked = new URLSearchParams(search).get('lang');
  if (isLang(asked)) return asked;
  return isLang(remembered) ? remembered : 'zh';
}

/** Returns the page's language, remembers it and marks the document with it. */
export function startLang(): Lang {
  const lang = chooseLang(location.search, recall());
  setLang(lang);
  return lang;
}

/** Remembers a language, marks the document and keeps `?lang=` of the address true. */
export function setLang(lang: Lang): void {
  try {
    localStorage.setItem(KEY, lang);
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
  document.documentElement.lang = TAGS[lang];
  const url = new URL(location.href);
  if (url.searchParams.has('lang')) {
    url.searchParams.set('lang', lang);
    history.replaceState(history.state, '', url);
  }
}

/** Returns the BCP 47 tag, for `lang` attributes and `Intl`. */
export function tagOf(lang: Lang): string {
  return TAGS[lang];
}

function recall(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
