import { describe, expect, it } from 'vitest';

import { at, NOON, ticket } from '../testing/samples';
import { circle, ringRadius_m } from './circle';
import { marksOf } from './people';
import { placeOf } from './place';

const gps = { lat: 24.5, lon: 117.6, accuracy_m: 25, source: 'gps', at: at() };

describe('a place', () => {
  it('carries its age and radius', () => {
    expect(placeOf(ticket({ position: gps }), NOON + 90_000)).toMatchObject({ age_ms: 90_000, accuracy_m: 25, doubtful: false });
  });

  it('is doubtful when old or coarse', () => {
    expect(placeOf(ticket({ position: gps }), NOON + 301_000)?.doubtful).toBe(true);
    expect(placeOf(ticket({ position: { ...gps, source: 'cell', accuracy_m: 900 } }), NOON)?.doubtful).toBe(true);
  });

  it('has no age when it is the home', () => {
    expect(placeOf(ticket({ position: { ...gps, source: 'home' } }), NOON + 9e9)).toMatchObject({ age_ms: 0, doubtful: false });
  });

  it('may be missing', () => {
    expect(placeOf(ticket(), NOON)).toBeNull();
  });
});

describe('people on the map', () => {
  const aide = { id: 'r1', name: '林', role: 'aide', state: 'free', travel: 'ebike', lat: 24.5, lon: 117.6, at: at(), ticket: null, out_of_touch_since: null };

  it('leaves out who is off duty or was never located', () => {
    expect(marksOf([{ ...aide, state: 'off' }, { ...aide, lat: null }], NOON)).toEqual([]);
  });

  it('marks a position past two minutes as stale', () => {
    expect(marksOf([aide], NOON + 120_000)[0]?.stale).toBe(false);
    expect(marksOf([aide], NOON + 120_001)[0]?.stale).toBe(true);
  });
});

describe('a circle', () => {
  it('has its radius in every direction on the ground', () => {
    const ring = circle(24.5, 117.6, 1_000).coordinates[0] ?? [];
    expect(ring.at(0)).toEqual(ring.at(-1));
    const [east, north] = [ring[0] ?? [], ring[16] ?? []];
    expect(((east[0] ?? 0) - 117.6) * 111_195 * Math.cos((24.5 * Math.PI) / 180)).toBeCloseTo(1_000, 0);
    expect(((north[1] ?? 0) - 24.5) * 111_195).toBeCloseTo(1_000, 0);
  });

  it('is about two kilometres for ten minutes by e-bike', () => {
    expect(ringRadius_m(10)).toBeGreaterThan(1_700);
    expect(ringRadius_m(10)).toBeLessThan(2_000);
  });
});
