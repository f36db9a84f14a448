import { describe, expect, it } from 'vitest';

import type { Senior } from '../../generated/Senior';
import { bodyOfSenior, draftOfSenior, EMPTY_CONTACT, EMPTY_SENIOR, EMPTY_TEMPORARY, faultsOfSenior } from './registry-senior';

const SENIOR: Senior = {
  id: 's1',
  district: 'longwen',
  name: '陈桂兰',
  sex: 'female',
  born: '1940-11-21',
  age: 86,
  phone: '0596-2123456',
  village: '步文村',
  address: '女儿家3楼',
  access: '按铃',
  lat: 24.6,
  lon: 117.7,
  gate: null,
  residence: 'temporary',
  residence_until: '2026-12-01T00:00:00.000Z',
  home: { address: '步文村1号', access: '邻居有钥匙', lat: 24.51, lon: 117.66, gate: { lat: 24.511, lon: 117.661 } },
  temporary: [
    {
      address: '女儿家3楼',
      access: '按铃',
      lat: 24.6,
      lon: 117.7,
      gate: null,
      from: '2026-11-01T00:00:00.123Z',
      until: '2026-12-01T00:00:00.000Z',
      note: '过冬',
      in_force: true,
    },
  ],
  verified_at: '2026-10-01T02:03:04.567Z',
  tier: 'home',
  changed_at: '2026-11-02T00:00:00.000Z',
  category: 'over80',
  care_level: 2,
  conditions: ['高血压', '糖尿病'],
  medicines: [],
  allergies: ['青霉素'],
  contacts: [{ name: '林小妹', relation: '女儿', phone: '13800001111', kind: 'family', hours: null, opens_door: true, accidental: 'weekly' }],
  plan: { dialect: '闽南话', deaf: true, mute: false, absence: { place: 'away', until: null, note: '' }, advice: '先打女儿', hazards: ['dog'], died_at: null },
};

describe('a senior’s file in the form', () => {
  it('is of home, wherever the senior lives at present', () => {
    const draft = draftOfSenior(SENIOR);
    expect([draft.address, draft.access, draft.door, draft.gate]).toEqual([
      '步文村1号',
      '邻居有钥匙',
      { lat: '24.51', lon: '117.66' },
      { lat: '24.511', lon: '117.661' },
    ]);
  });

  it('is sent back as it came when nothing was touched, to the millisecond', () => {
    expect(bodyOfSenior(draftOfSenior(SENIOR), SENIOR.changed_at)).toEqual({
      name: '陈桂兰',
      sex: 'female',
      born: '1940-11-21',
      phone: '0596-2123456',
      village: '步文村',
      category: 'over80',
      tier: 'home',
      care_level: 2,
      address: '步文村1号',
      access: '邻居有钥匙',
      lat: 24.51,
      lon: 117.66,
      gate: { lat: 24.511, lon: 117.661 },
      verified_at: '2026-10-01T02:03:04.567Z',
      temporary: [
        { address: '女儿家3楼', access: '按铃', lat: 24.6, lon: 117.7, gate: null, from: '2026-11-01T00:00:00.123Z', until: '2026-12-01T00:00:00.000Z', note: '过冬' },
      ],
      plan: { dialect: '闽南话', deaf: true, mute: false, absence: { place: 'away', until: null, note: '' }, advice: '先打女儿', hazards: ['dog'] },
      contacts: [{ name: '林小妹', relation: '女儿', phone: '13800001111', kind: 'family', hours: null, opens_door: true, accidental: 'weekly' }],
      conditions: ['高血压', '糖尿病'],
      medicines: [],
      allergies: ['青霉素'],
      changed_at: '2026-11-02T00:00:00.000Z',
    });
  });

  it('has nothing wrong as the server keeps it', () => {
    expect(faultsOfSenior(draftOfSenior(SENIOR))).toEqual([]);
  });

  it('names its district only when it is new', () => {
    expect(bodyOfSenior(EMPTY_SENIOR, null, 'longwen')).toMatchObject({ district: 'longwen', changed_at: null });
    expect(bodyOfSenior(EMPTY_SENIOR, null)).not.toHaveProperty('district');
  });
});

describe('what is wrong before it is sent', () => {
  const fields = (draft: typeof EMPTY_SENIOR): string[] => faultsOfSenior(draft).map(({ field, code }) => `${field} ${code}`);

  it('is all that an empty form lacks', () => {
    expect(fields(EMPTY_SENIOR)).toEqual(['name missing', 'sex missing', 'born missing', 'category missing', 'phone not_a_phone', 'lat no_place']);
  });

  it('is said of the contact that it is about', () => {
    const contacts = [
      { ...EMPTY_CONTACT, name: '甲', phone: '13800000000', hours: '22:00-06:00' },
      { ...EMPTY_CONTACT, hours: 'mornings' },
    ];
    expect(fields({ ...draftOfSenior(SENIOR), contacts })).toEqual([
      'contacts[1].name missing',
      'contacts[1].phone not_a_phone',
      'contacts[1].hours not_hours',
    ]);
  });

  it('is said of a temporary address that ends before it begins', () => {
    const stay = { ...EMPTY_TEMPORARY, address: '女儿家', from: '2026-11-02T00:00:00Z', until: '2026-11-01T00:00:00Z', door: { lat: '24', lon: '117' } };
    expect(fields({ ...draftOfSenior(SENIOR), temporary: [stay] })).toEqual(['temporary[0].until not_a_span']);
    expect(fields({ ...draftOfSenior(SENIOR), temporary: [EMPTY_TEMPORARY] })).toEqual([
      'temporary[0].address missing',
      'temporary[0].from missing',
      'temporary[0].until missing',
      'temporary[0].door no_place',
    ]);
  });

  it('is a gate that is half a place', () => {
    expect(fields({ ...draftOfSenior(SENIOR), gate: { lat: '24.5', lon: '' } })).toEqual(['gate no_place']);
  });
});
