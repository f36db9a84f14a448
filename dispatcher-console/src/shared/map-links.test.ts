import { describe, expect, it } from 'vitest';

import { bd09, gcj02 } from './datum';
import { mapLink } from './map-links';

const ZHANGZHOU = { lat: 24.51, lon: 117.66 };

describe('a place on Chinese maps', () => {
  // As another implementation has them (the crate coordtransform).
  it.each([
    [ZHANGZHOU, { lat: 24.507_044_638, lon: 117.664_808_841 }, { lat: 24.512_706_803, lon: 117.671_399_389 }],
    [{ lat: 39.915, lon: 116.404 }, { lat: 39.916_404_282, lon: 116.410_244_499 }, { lat: 39.922_699_552, lon: 116.416_627_244 }],
    [{ lat: 43.8, lon: 87.6 }, { lat: 43.801_212_03, lon: 87.602_838_972 }, { lat: 43.807_472_508, lon: 87.609_210_152 }],
  ])('lies where others put it', (place, amap, baidu) => {
    for (const [ours, theirs] of [[gcj02(place), amap], [bd09(place), baidu]] as const) {
      expect(ours.lat).toBeCloseTo(theirs.lat, 6);
      expect(ours.lon).toBeCloseTo(theirs.lon, 6);
    }
  });

  it('is not shifted abroad', () => {
    const heidelberg = { lat: 49.41, lon: 8.71 };
    expect(gcj02(heidelberg)).toEqual(heidelberg);
    expect(bd09(heidelberg)).toEqual(heidelberg);
  });
});

describe('the hand-over to a map', () => {
  it('gives each map the place in its own datum, and nobody’s name', () => {
    const amap = mapLink('amap', ZHANGZHOU, '求助地点', false);
    expect(amap).toMatch(/^amapuri:\/\/route\/plan\/\?/);
    expect(amap).toContain('dlat=24.507045&dlon=117.664809');
    expect(amap).toContain('&dev=0');
    expect(mapLink('amap', ZHANGZHOU, 'x', true)).toMatch(/^iosamap:\/\/path\?/);
    const baidu = mapLink('baidu', ZHANGZHOU, '求助 地点', false);
    expect(baidu).toContain('latlng:24.512707,117.671399&coord_type=bd09ll');
    expect(baidu).not.toMatch(/[\s一-鿿]/);
  });

  it('gives the phone’s own map the place as satellites have it', () => {
    expect(mapLink('phone', ZHANGZHOU, 'x', false)).toBe('geo:24.510000,117.660000?q=24.510000,117.660000');
    expect(mapLink('phone', ZHANGZHOU, 'x', true)).toBe('maps://?daddr=24.510000,117.660000');
  });
});
