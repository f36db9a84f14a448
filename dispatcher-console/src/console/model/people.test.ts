import { describe, expect, it } from 'vitest';

import type { Responder } from '../../generated/Responder';
import { inTens, marksOf, STALE_MS, toldOf } from './people';

const NOW = Date.parse('2026-11-20T08:00:00Z');

function responder(age_ms: number, more: Partial<Responder> = {}): Responder {
  return { id: 'r', name: '余文龙', role: 'aide', state: 'free', lat: 24.5, lon: 117.6, at: new Date(NOW - age_ms).toISOString(), ticket: null, out_of_touch_since: null, ...more } as Responder;
}

const toldAt = (age_ms: number, more?: Partial<Responder>): string | undefined => marksOf([responder(age_ms, more)], NOW).map(toldOf)[0];

describe('people on the map', () => {
  it('are those on duty whose place is known', () => {
    expect(marksOf([responder(0), responder(0, { state: 'off' }), responder(0, { lat: null })], NOW)).toHaveLength(1);
  });

  it('are told of anew only when something else is to be said', () => {
    expect(toldAt(1_000)).toBe(toldAt(9_000));
    expect(toldAt(9_000)).not.toBe(toldAt(10_000));
    expect(toldAt(1_000)).not.toBe(toldAt(1_000, { state: 'busy' }));
    expect(toldAt(STALE_MS)).not.toBe(toldAt(STALE_MS + 1));
    expect(toldAt(1_000)).not.toBe(toldAt(1_000, { out_of_touch_since: new Date(NOW).toISOString() }));
  });

  it('have an age in steps of ten seconds', () => {
    expect([0, 9_999, 10_000, 25_000].map(inTens)).toEqual([0, 0, 10_000, 20_000]);
  });
});
