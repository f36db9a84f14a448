import { describe, expect, it } from 'vitest';

import { nearest, ringOf } from './near';
import type { Mark } from './people';

const mark = (id: string, lat: number, lon: number): Mark => ({
  id,
  name: id,
  role: 'aide',
  state: 'free',
  lat,
  lon,
  age_ms: 0,
  stale: false,
  lost_ms: null,
  ticket: null,
});

describe('people without a map', () => {
  it('come by how far they are, with the direction', () => {
    const door = { lat: 24.5, lon: 117.66 };
    const near = nearest([mark('far', 24.6, 117.66), mark('east', 24.5, 117.67), mark('here', 24.5, 117.66)], door);
    expect(near.map(({ mark: { id } }) => id)).toEqual(['here', 'east', 'far']);
    expect(near[1]?.east_m).toBeCloseTo(1013, 0);
    expect(near[1]?.north_m).toBe(0);
    expect(near[2]?.north_m).toBeCloseTo(11_132, 0);
  });

  it('are in the ring they can come from', () => {
    const rings = [10, 20, 30];
    expect(ringOf(100, rings)).toBe(10);
    expect(ringOf(2_000, rings)).toBe(20);
    expect(ringOf(50_000, rings)).toBeNull();
  });
});
