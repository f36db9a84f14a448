import { expect, it } from 'vitest';

import type { RegistryResponder } from '../../generated/RegistryResponder';
import { bodyOfResponder, draftOfResponder, EMPTY_RESPONDER, faultsOfResponder, foundResponders, phoneFaults } from './registry-responder';

const AIDE: RegistryResponder = {
  id: 'r1',
  district: 'longwen',
  name: '林阿美',
  role: 'aide',
  phone: '13800001111',
  lat: 24.5,
  lon: 117.6,
  sex: null,
  dialects: ['闽南话', '客家话'],
  certificates: [{ name: '红十字 救护员证', until: '2027-03-01' }],
  travel: 'ebike',
  on_duty: true,
  left_at: null,
  usernames: ['lam'],
  self_test: null,
  changed_at: '2026-11-02T00:00:00.000Z',
};

it('a responder’s file is sent back as it came when nothing was touched', () => {
  expect(bodyOfResponder(draftOfResponder(AIDE), AIDE.changed_at)).toEqual({
    name: '林阿美',
    role: 'aide',
    phone: '13800001111',
    lat: 24.5,
    lon: 117.6,
    sex: null,
    dialects: ['闽南话', '客家话'],
    certificates: [{ name: '红十字 救护员证', until: '2027-03-01' }],
    travel: 'ebike',
    left_at: null,
    changed_at: '2026-11-02T00:00:00.000Z',
  });
});

it('an empty form lacks a name, a number and a place', () => {
  expect(faultsOfResponder(EMPTY_RESPONDER).map(({ field }) => field)).toEqual(['name', 'phone', 'lat']);
  expect(faultsOfResponder(draftOfResponder(AIDE))).toEqual([]);
  const undated = { ...draftOfResponder(AIDE), certificates: '救护员证' };
  expect(faultsOfResponder(undated).map(({ field, code }) => [field, code])).toEqual([['certificates', 'not_a_date']]);
});

it('responders are found by name and by number', () => {
  const other = { ...AIDE, id: 'r2', name: 'Wang', phone: '110' };
  expect(foundResponders([AIDE, other], ' wang ').map(({ id }) => id)).toEqual(['r2']);
  expect(foundResponders([AIDE, other], '0001111').map(({ id }) => id)).toEqual(['r1']);
  expect(foundResponders([AIDE, other], '')).toHaveLength(2);
});

it('of a phone that was tested only what does not work is told', () => {
  const parts = { sound: 'works', position: 'refused', storage: 'missing' };
  expect(phoneFaults({ at: '2026-11-23T00:00:00.000Z', parts })).toEqual([
    ['position', 'refused'],
    ['storage', 'missing'],
  ]);
});
