/**
 * The languages of the pages. The first is the source: it is spoken whatever the browser prefers, and
 * what another language lacks is said in it. A new one is a line here and a file of words.
 */
const LANGUAGES = {
  zh: { tag: 'zh-CN', name: '中文' },
  en: { tag: 'en', name: 'English' },
} as const;

export type Lang = keyof typeof LANGUAGES;

export const LANGS = Object.keys(LANGUAGES) as Lang[];

const KEY = 'silverbell.lang';

/** Returns the nearest language that is spoken, by language and script: `zh-TW` is Chinese before it is nothing. */
export function langOf(asked: string | null, spoken: readonly { lang: Lang; tag: string }[] = SPOKEN): Lang | null {
  const wanted = localeOf(asked);
  if (wanted === null) return null;
  const near = spoken.filter(({ tag }) => localeOf(tag)?.language === wanted.language);
  return (near.find(({ tag }) => localeOf(tag)?.script === wanted.script) ?? near[0])?.lang ?? null;
}

const SPOKEN = LANGS.map((lang) => ({ lang, tag: tagOf(lang) }));

function localeOf(tag: string | null): Intl.Locale | null {
  try {
    return tag === null || tag === '' ? null : new Intl.Locale(tag).maximize();
  } catch {
    return null; // whatever stands in an address
  }
}

/** Returns the language of an address and a memory: `?lang=`, then what was chosen last, then Chinese. */
export function chooseLang(search: string, remembered: string | null): Lang {
  return langOf(new URLSearchParams(search).get('lang')) ?? langOf(remembered) ?? 'zh';
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
  document.documentElement.lang = tagOf(lang);
  const url = new URL(location.href);
  if (url.searchParams.has('lang')) {
    url.searchParams.set('lang', lang);
    history.replaceState(history.state, '', url);
  }
}

/** Returns the BCP 47 tag, for `lang` attributes and `Intl`. */
export function tagOf(lang: Lang): string {
  return LANGUAGES[lang].tag;
}

/** Returns a language's name in itself. */
export function nameOfLang(lang: Lang): string {
  return LANGUAGES[lang].name;
}

function recall(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
