import i18next from 'i18next';
import { describe, expect, it } from 'vitest';

import { chooseLang, langOf, tagOf } from '../../shared/lang';
import { optionsOf } from './index';
import { isolated } from './isolate';
import { WORDS } from './languages';

describe('a language that is asked for', () => {
  it.each([
    ['zh-Hant', 'zh'],
    ['zh-TW', 'zh'],
    ['zh-HK', 'zh'],
    ['zh-CN', 'zh'],
    ['en-GB', 'en'],
    ['ZH', 'zh'],
  ])('%s is spoken as %s', (asked, lang) => {
    expect(chooseLang(`?lang=${asked}`, 'en')).toBe(lang);
  });

  it('that nobody speaks, or that is none, leaves what was chosen last, and then Chinese', () => {
    expect(chooseLang('?lang=fr', 'en')).toBe('en');
    expect(chooseLang('?lang=%00%00', null)).toBe('zh');
    expect(chooseLang('', null)).toBe('zh');
  });

  it('is marked as what is shown, not as what was asked', () => {
    expect(tagOf(chooseLang('?lang=zh-TW', null))).toBe('zh-CN');
  });

  it('is the one in its own script once that is there', () => {
    const spoken = [
      { lang: 'zh' as const, tag: 'zh-CN' },
      { lang: 'en' as const, tag: 'zh-Hant' },
    ];
    expect(['zh-TW', 'zh-HK', 'zh-Hant', 'zh-SG'].map((asked) => langOf(asked, spoken))).toEqual(['en', 'en', 'en', 'zh']);
  });
});

describe('a third language with words missing', () => {
  const third = i18next.createInstance();
  void third.init(optionsOf('zh-Hant', { ...WORDS, 'zh-Hant': { app: { name: '銀鈴' }, header: {} } }));

  it('says what it has', () => {
    expect(third.t('app.name')).toBe('銀鈴');
  });

  it('says what it lacks in the source, and never shows a key', () => {
    const keysOf = (words: object, prefix = ''): string[] =>
      Object.entries(words).flatMap(([key, value]) => (typeof value === 'string' ? [prefix + key] : keysOf(value as object, `${prefix}${key}.`)));
    const keys = keysOf(WORDS.zh);
    expect(keys.length).toBeGreaterThan(900);
    expect(keys.filter((key) => third.t(key as 'app.name') === key)).toEqual([]);
    expect(keys.filter((key) => !third.exists(key))).toEqual([]);
  });
});

describe('a name inside a sentence', () => {
  const speaks = i18next.createInstance();
  void speaks.init(optionsOf('zh', WORDS));

  it('does not turn the words after it', () => {
    expect(isolated('陈\u202e桂兰')).toBe('\u2068陈\u202e桂兰\u2069');
    expect(speaks.t('queue.urgent', { number: 1, who: '\u202e兰桂' })).toContain('\u2068\u202e兰桂\u2069');
  });

  it('cannot end its own fence', () => {
    expect(isolated('a\u2069\u202eb')).toBe('\u2068a\u202eb\u2069');
  });

  it('stays as it is when it turns nothing, and is escaped by nobody twice', () => {
    expect(isolated('𠮷田𡌛')).toBe('𠮷田𡌛');
    expect(speaks.t('queue.urgent', { number: 1, who: '<b>&' })).toContain('<b>&');
  });
});
