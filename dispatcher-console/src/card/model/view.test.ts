import { describe, expect, it } from 'vitest';

import type { Lang } from '../../shared/lang';
import { translator } from '../words/words';
import { askOf, failureOf } from './ask';
import type { Card } from './card';
import { hasExpired, oldSince, viewOf } from './view';

const NOON = Date.parse('2026-11-21T04:00:00.000Z');
const at = (offset_s: number): string => new Date(NOON + offset_s * 1000).toISOString();

/** A card of which nothing is known but that somebody pressed. */
const BARE: Card = {
  number: 7,
  at: at(0),
  expires_at: null,
  service: '龙文区',
  kind: 'sos',
  cause: null,
  received_at: at(-600),
  flags: [],
  notes: [],
  name: null,
  sex: null,
  age: null,
  phone: null,
  village: null,
  address: null,
  access: null,
  position: null,
  place: null,
  conditions: [],
  medicines: [],
  allergies: [],
  hazards: [],
  keys: [],
  plan: null,
  contacts: [],
  team: [],
  called: [],
  handover: null,
  scene: null,
};

const FULL: Card = {
  ...BARE,
  expires_at: at(600),
  cause: 'abdominal',
  flags: ['unverified', 'low_battery'],
  notes: [{ at: at(-300), text: '意识清楚' }],
  name: '陈桂兰',
  sex: 'female',
  age: 84,
  phone: '0596-2123456',
  village: '步文村',
  address: '步文村18号',
  access: '密码 4711#',
  position: { lat: 24.51191, lon: 117.66221, accuracy_m: 25, source: 'gps', at: at(-120) },
  place: '村口大榕树下',
  conditions: ['高血压', '糖尿病'],
  medicines: ['硝苯地平'],
  allergies: ['青霉素'],
  hazards: ['dog', 'tiger'],
  plan: { dialect: '闽南话', deaf: true, mute: false, absence: null, advice: '先叫女儿', hazards: ['dog'], died_at: null },
  contacts: [{ name: '林秋红', relation: '女儿', phone: '13800138000', kind: 'family', hours: null, opens_door: true, accidental: 'weekly' }],
  team: [{ name: '陈阿明', phone: '13900139000', role: 'lead', status: 'on_scene', on_scene_at: at(-60) }],
  called: [{ to: '120', at: at(-240), reference: 'ZZ-17', eta_min: 8 }],
  handover: { hospital: '漳州市医院', taken_over_by: null },
};

const shown = (card: Card, lang: Lang = 'zh') => viewOf(card, translator(lang), lang, NOON);
const section = (card: Card, name: string, lang: Lang = 'zh'): string[] =>
  shown(card, lang).sections.find((it) => it.name === name)?.lines.map(({ text }) => text) ?? [];

describe('the card', () => {
  it('is in the order a crew needs it', () => {
    expect(shown(FULL).sections.map(({ name }) => name)).toEqual([
      'where', 'what', 'allergies', 'hazards', 'talk', 'advice', 'conditions', 'medicines', 'team', 'contacts', 'called', 'handover',
    ]);
    expect(shown(FULL).about).toEqual(['女', '84 岁']);
  });

  it.each(['zh', 'en'] as const)('has no empty heading and no word of a machine, in %s', (lang) => {
    for (const card of [BARE, FULL, { ...BARE, handover: { hospital: null, taken_over_by: null }, allergies: [''], contacts: [{ ...FULL.contacts[0]!, name: '', phone: '' }] }]) {
      const view = shown(card, lang);
      for (const { lines, heading } of view.sections) {
        expect(heading).not.toBe('');
        expect(lines.length).toBeGreaterThan(0);
        for (const { text } of lines) expect(text.trim()).not.toBe('');
      }
      expect(JSON.stringify(view.sections.map(({ lines }) => lines.map(({ text }) => text)))).not.toMatch(/undefined|null|NaN|Invalid/);
    }
  });

  it('says where the keys are, and of a code that is not on it whom to ask', () => {
    const key = { id: 'k1', kind: 'key', place: '邻居家', note: '', code: null };
    const code = { id: 'k2', kind: 'code', place: '单元门', note: '先按铃', code: '2468#' };
    const where = section({ ...BARE, keys: [key, code, { ...code, code: null }] }, 'where');
    expect(where.slice(0, 3)).toEqual(['邻居家', '单元门 · 2468# · 先按铃', '单元门 · 密码请打电话问呼叫中心 · 先按铃']);
  });

  it('says of an unknown person that the place has to be asked for', () => {
    expect(shown(BARE).name).toBe('身份不明');
    expect(section(BARE, 'where')).toEqual(['地点不详，请打电话问呼叫中心']);
    expect(shown(BARE).sections.map(({ name }) => name)).toEqual(['where', 'what']);
  });

  it('says where from a position is and how old, and nothing measured of a home', () => {
    expect(section(FULL, 'where')[3]).toMatch(/^24\.51191, 117\.66221 \(WGS-84\) · 卫星定位 · 误差约 25 米 · .+ 测得（2 分钟前）$/);
    const home = { ...FULL, position: { ...FULL.position!, source: 'home', accuracy_m: null } };
    expect(section(home, 'where')[3]).toBe('24.51191, 117.66221 (WGS-84) · 登记住址的坐标，不是实测');
  });

  it('names the village once', () => {
    expect(section(FULL, 'where')[1]).toBe('步文村18号');
  });

  it('says when the ambulance was to come, and not in how long', () => {
    const eta = new Date(NOON - 240_000 + 480_000);
    const clock = `${String(eta.getHours()).padStart(2, '0')}:${String(eta.getMinutes()).padStart(2, '0')}`;
    expect(section(FULL, 'called')[0]).toContain(`编号 ZZ-17 · 预计 ${clock} 到`);
  });

  it('keeps a danger it has no word for', () => {
    expect(section(FULL, 'hazards')).toEqual(['有狗，会咬人 · 有危险：tiger']);
  });

  it('says that an aide calls for help, or that somebody is recorded as dead', () => {
    expect(shown({ ...BARE, flags: ['responder_in_distress'] }).warnings).toEqual(['助老员本人求救']);
    expect(shown({ ...BARE, flags: ['deceased'] }).warnings).toHaveLength(1);
  });

  it('says that it is old, and that its link has expired', () => {
    expect(oldSince(FULL, NOON + 60_000)).toBeNull();
    expect(oldSince(FULL, NOON + 720_000)).toBe(720_000);
    expect(hasExpired(FULL, NOON)).toBe(false);
    expect(hasExpired(FULL, NOON + 600_000)).toBe(true);
    expect(hasExpired(BARE, NOON + 600_000)).toBe(false);
  });
});

describe('the address', () => {
  it('asks by its secret before a ticket', () => {
    expect(askOf({ hash: '#a.b.c', search: '?ticket=t1' })).toEqual({ by: 'link', token: 'a.b.c' });
    expect(askOf({ hash: '', search: '?ticket=t1&lang=en' })).toEqual({ by: 'ticket', id: 't1' });
    expect(askOf({ hash: '#', search: '' })).toEqual({ by: 'nobody' });
  });

  it('of a link nobody learns more than that it is not valid', () => {
    for (const status of [400, 401, 403, 404, 409, 422]) expect(failureOf('link', status)).toBe('invalid');
    expect(failureOf('ticket', 401)).toBe('logIn');
    expect(failureOf('ticket', 404)).toBe('invalid');
    expect([0, 429, 503].map((status) => failureOf('link', status))).toEqual(['unreachable', 'away', 'away']);
  });
});
