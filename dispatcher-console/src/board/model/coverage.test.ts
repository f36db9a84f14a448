import { describe, expect, it } from 'vitest';

import { areasOf, gainsOf, outsideByVillage, percent, sharesOf } from './coverage';

const home = (village: string, eta_s: number | null, lat = 24.5123, lon = 117.6641) => ({ id: village, name: '陈桂兰', village, eta_s, lat, lon });

describe('the share of seniors within the rings', () => {
  it('is told from the narrowest ring to the widest, whatever rings the centre has', () => {
    expect(sharesOf({ within: { '30': 90, '8': 45 }, seniors: 100 })).toEqual([
      { min: 8, seniors: 45, share: 0.45 },
      { min: 30, seniors: 90, share: 0.9 },
    ]);
  });

  it('is none where there is no senior', () => {
    expect(percent(sharesOf({ within: { '10': 0 }, seniors: 0 })[0]?.share ?? null)).toBe('—');
  });

  it('is 100 % only when nobody is missing', () => {
    expect(percent(3619 / 3620)).toBe('99.9 %');
    expect(percent(1)).toBe('100 %');
    expect(percent(0.29)).toBe('29.0 %');
    expect(percent(0)).toBe('0.0 %');
  });
});

describe('who is outside, by village', () => {
  it('has the village with most first, and its slowest way', () => {
    const villages = outsideByVillage([home('步文村', 2_000), home('后坑村', 1_900), home('后坑村', 2_400)]);
    expect(villages.map(({ village, number, eta_s }) => [village, number, eta_s])).toEqual([
      ['后坑村', 2, 2_400],
      ['步文村', 1, 2_000],
    ]);
  });

  it('stands at no door, even when only one lives there', () => {
    const [village] = outsideByVillage([home('步文村', 2_000)]);
    expect([village?.lat, village?.lon]).not.toEqual([24.5123, 117.6641]);
    expect(village?.lat).toBeCloseTo(24.51, 5);
    expect(village?.lon).toBeCloseTo(117.665, 5);
  });

  it('has no way where nobody is free', () => {
    expect(outsideByVillage([home('步文村', 2_000), home('步文村', null)])[0]?.eta_s).toBeNull();
  });
});

describe('the areas on the map', () => {
  it('lie above each other, the narrowest on top, and the empty ones nowhere', () => {
    const square = [[[[0, 0], [1, 0], [1, 1], [0, 0]]]];
    const feature = (within_min: number, coordinates: number[][][][] = square) => ({
      type: 'Feature' as const,
      properties: { within_min },
      geometry: { type: 'MultiPolygon' as const, coordinates },
    });
    const areas = areasOf({ type: 'FeatureCollection', at: '', features: [feature(20), feature(10), feature(30), feature(40, [])] });
    expect(areas.map(({ min, rank }) => [min, rank])).toEqual([
      [30, 2],
      [20, 1],
      [10, 0],
    ]);
  });
});

describe('standby places', () => {
  it('are worth what each ring would hold more', () => {
    expect(gainsOf({ now: { '10': 80, '20': 95 }, then: { '10': 90, '20': 95 } })).toEqual([
      { min: 10, more: 10 },
      { min: 20, more: 0 },
    ]);
  });
});
