import { describe, expect, it } from 'vitest';

import registry from '../../../../crates/dispatcher/src/use_cases/registry.rs?raw';
import standby from '../../../../crates/dispatcher/src/use_cases/standby.rs?raw';
import { ApiError } from '../../shared/api';
import { differences, differing, faultsOf, isPhone, merged, moved, pastedPlace, pointOf, REFUSALS, refusalOf } from './registry';

describe('what is wrong with a file', () => {
  it('is told field by field', () => {
    const errors = [{ field: 'phone', code: 'not_a_phone', detail: 'a number' }];
    expect(faultsOf(new ApiError({ status: 422, title: 'x', errors }))).toEqual(errors);
  });

  it('is told of the field that the words begin with, where the server lists none', () => {
    const detail = 'contacts[2].hours: as "08:00-20:00"';
    expect(faultsOf(new ApiError({ status: 422, title: 'x', detail }))).toEqual([
      { field: 'contacts[2].hours', code: 'wrong', detail: 'as "08:00-20:00"' },
    ]);
  });

  it('belongs to the whole where it names no field', () => {
    expect(faultsOf(new ApiError({ status: 422, title: 'x', detail: 'No way' }))).toEqual([{ field: '', code: 'wrong', detail: 'No way' }]);
  });

  it('is not taken from a list of something else', () => {
    const faults = faultsOf(new ApiError({ status: 422, title: 'x', detail: 'born: odd', errors: [null, 'text', { field: 1 }] }));
    expect(faults).toEqual([{ field: 'born', code: 'wrong', detail: 'odd' }]);
  });
});

describe('two people and one file', () => {
  const base = { name: 'A', phone: '1', list: ['x'] };
  const mine = { name: 'A', phone: '2', list: ['x', 'y'] };
  const theirs = { name: 'B', phone: '3', list: ['x'] };

  it('differ where either changed something', () => {
    expect(differences(base, mine, theirs)).toEqual([
      { field: 'name', changedHere: false, changedThere: true },
      { field: 'phone', changedHere: true, changedThere: true },
      { field: 'list', changedHere: true, changedThere: false },
    ]);
  });

  it('do not differ where both changed the same', () => {
    expect(differences(base, mine, { ...base, phone: '2' }).map(({ field }) => field)).toEqual(['list']);
  });

  it('keep what each chose, field by field', () => {
    expect(merged(mine, theirs, new Set(['name']))).toEqual({ name: 'B', phone: '2', list: ['x', 'y'] });
    expect(mine.name).toBe('A');
  });

  it('have nothing to settle when lists say the same', () => {
    expect(differing({ list: ['x'] }, { list: ['x'] })).toEqual([]);
  });
});

describe('a change that is refused as things stand', () => {
  const refused = (detail: string) => refusalOf(new ApiError({ status: 409, title: 'Conflict', detail }));

  it('says which of the reasons it was, and none of them where there is another', () => {
    expect(refused('is on ticket 20261121-0007: withdraw the offer or wait until it is done, then try again')).toBe('onTicket');
    expect(refused('on duty and no position is known: the standby place is taken for it')).toBe('standbyInUse');
    expect(refused('is the only one of the village')).toBeNull();
  });

  it('is known by the words that the server says', () => {
    for (const [begins] of REFUSALS) expect(registry + standby).toContain(`"${begins}`);
  });
});

describe('a place', () => {
  it('is pasted as one text', () => {
    expect(pastedPlace(' 24.51, 117.66 ')).toEqual({ lat: '24.51', lon: '117.66' });
    expect(pastedPlace('24.51\uff0c117.66')).toEqual({ lat: '24.51', lon: '117.66' });
    // As the file of a ticket understands it, longitude first too.
    expect(pastedPlace('117.66 24.51')).toEqual({ lat: '24.51', lon: '117.66' });
    for (const half of ['24.51', '24.51.3', ' 24-5 ']) expect(pastedPlace(half), half).toBeNull();
  });

  it.each([
    ['', ''],
    ['24.5', ''],
    ['north', '117'],
    ['91', '117'],
    ['24', '181'],
    ['0', '0'],
  ])('is none at %s, %s', (lat, lon) => {
    expect(pointOf({ lat, lon })).toBeNull();
  });

  it('is where it is typed', () => {
    expect(pointOf({ lat: '-24.5', lon: '0' })).toEqual({ lat: -24.5, lon: 0 });
  });
});

describe('a telephone number', () => {
  it.each(['13800138000', '+86 (0596) 212-3456', '110'])('is %s', (text) => {
    expect(isPhone(text)).toBe(true);
  });

  it.each(['', '12', 'call me 123', '1'.repeat(21)])('is not %s', (text) => {
    expect(isPhone(text)).toBe(false);
  });
});

describe('the order of contacts', () => {
  it('changes by one place, and not beyond the ends', () => {
    expect(moved(['a', 'b', 'c'], 1, -1)).toEqual(['b', 'a', 'c']);
    expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c']);
    expect(moved(['a', 'b'], 0, -1)).toEqual(['a', 'b']);
    expect(moved(['a', 'b'], 1, 1)).toEqual(['a', 'b']);
  });
});
