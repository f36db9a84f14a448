import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import i18next from 'i18next';
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { initReactI18next } from 'react-i18next';

import type { Lang } from '../../shared/lang';
import { optionsOf } from '../i18n';
import { WORDS } from '../i18n/languages';

/** Returns what a part of the page looks like as HTML, without a browser: what it says, not what it does. */
export function htmlOf(lang: Lang, part: ReactNode): string {
  void i18next.use(initReactI18next).init(optionsOf(lang, WORDS));
  return renderToStaticMarkup(<QueryClientProvider client={new QueryClient()}>{part}</QueryClientProvider>);
}

/** Returns the same as words alone; the keys beside them are no words. */
export function wordsOf(lang: Lang, part: ReactNode): string {
  return htmlOf(lang, part)
    .replace(/<kbd.*?<\/kbd>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&#x27;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ')
    .trim();
}
