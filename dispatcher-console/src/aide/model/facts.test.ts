import { describe, expect, it } from 'vitest';

import { aFile, aSenior, at, NOON } from '../testing/files';
import { ageOf, nameOf, placeOf, telLink, wayFrom, whereOf } from './facts';

const gps = { lat: 24.52, lon: 117.67, accuracy_m: 20, source: 'gps', at: at(-40) };

describe('where to go', () => {
  it('is where the senior is thought to be, else the door, else nowhere', () => {
    expect(placeOf(aFile({}, { position: gps }))).toMatchObject({ lat: 24.52 });
    expect(placeOf(aFile())).toEqual({ lat: 24.5119, lon: 117.6622 });
    expect(placeOf({ ...aFile(), senior: null })).toBeNull();
  });

  it('is said once when the address begins with the village', () => {
    expect(whereOf(aFile())).toEqual(['玉江村', '西溪路18号']);
    expect(whereOf({ ...aFile(), senior: aSenior({ address: '玉江村西溪路18号' }) })).toEqual(['玉江村西溪路18号']);
    expect(whereOf({ ...aFile(), senior: null })).toEqual(['玉江村']);
  });

  it('has a distance only when both ends are known', () => {
    const fix = { lat: 24.5119, lon: 117.6622, accuracy_m: 5, speed_mps: null, at: NOON };
    expect(wayFrom(fix, aFile())).toBe(0);
    expect(wayFrom(null, aFile())).toBeNull();
  });
});

describe('links', () => {
  it('carry a number, and no name', () => {
    expect(telLink('0596-212 3456')).toBe('tel:05962123456');
    expect(telLink('+86 138 0000 1234')).toBe('tel:+8613800001234');
  });
});

it('gives a position its age, but not to a home address', () => {
  expect(ageOf(gps, NOON)).toBe(40_000);
  expect(ageOf({ ...gps, source: 'home' }, NOON)).toBeNull();
});

it('names nobody when nobody is known', () => {
  const file = aFile({}, { senior: null, who: { name: null, age: null, village: null } });
  expect(nameOf({ ...file, senior: null })).toBeNull();
});
