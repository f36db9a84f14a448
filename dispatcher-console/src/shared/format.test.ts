import { describe, expect, it } from 'vitest';

import { ago, countdown, distance, duration, eta, listed, ticking, timeOfDay } from './format';
import { chooseLang } from './lang';
import { uuid } from './uuid';

describe('durations', () => {
  it('tick', () => {
    expect([0, 7_900, 760_000, 3_723_000, -5].map(ticking)).toEqual(['0:00', '0:07', '12:40', '1:02:03', '0:00']);
  });

  it('count down to zero only when the time has passed', () => {
    expect([30_000, 29_001, 1, 0, -9].map(countdown)).toEqual(['0:30', '0:30', '0:01', '0:00', '0:00']);
  });

  it('speak Chinese and English', () => {
    expect(duration(200_000, 'zh')).toBe('3 分 20 秒');
    expect(duration(180_000, 'zh')).toBe('3 分钟');
    expect(duration(5_000, 'en')).toBe('5 s');
    expect(duration(4 * 86_400_000, 'zh')).toBe('4 天');
    expect(ago(125_000, 'zh')).toBe('2 分钟前');
    expect(ago(-4_000, 'en')).toBe('0 s ago');
  });

  it('promise no arrival under a minute', () => {
    expect(eta(5, 'zh')).toBe('1 分钟');
    expect(eta(361, 'en')).toBe('7 min');
  });
});

describe('other figures', () => {
  it('says distances as people do', () => {
    expect([25, 324, 1_240, 23_400].map((m) => distance(m, 'zh'))).toEqual(['25 米', '320 米', '1.2 公里', '23 公里']);
  });

  it('writes the time of the district, not of the PC', () => {
    expect(timeOfDay('2026-11-21T12:03:09.000Z', 'zh', 'Asia/Shanghai')).toBe('20:03:09');
  });

  it('makes identifiers without a secure context', () => {
    expect(uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(uuid()).not.toBe(uuid());
  });
});

describe('the language', () => {
  it('is what was asked for, then what was chosen last, then Chinese', () => {
    expect(chooseLang('?lang=en', 'zh')).toBe('en');
    expect(chooseLang('?lang=fr', 'en')).toBe('en');
    expect(chooseLang('', null)).toBe('zh');
  });
});

describe('a list', () => {
  it('has the comma of its language', () => {
    expect(listed(['糖尿病', '痛风'], 'zh')).toBe('糖尿病、痛风');
    expect(listed(['gout', 'asthma'], 'en')).toBe('gout, asthma');
  });
});
