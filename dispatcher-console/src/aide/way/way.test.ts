import { describe, expect, it } from 'vitest';

import { type Asked, drawingOf, isDue, type KnownWay, oldBeginning_ms } from './way';

const here = { lat: 24.6, lon: 118.1 };
const north = (m: number) => ({ lat: here.lat + m / 111_195, lon: here.lon });

const door = { lat: 24.7, lon: 118.1 };
const asked = (more: Partial<Asked> = {}): Asked => ({ at: 0, from: here, to: door, failed: false, ...more });

describe('the way', () => {
  it('is asked for at once, and then not more than twice a minute', () => {
    expect(isDue(null, null, door, 0)).toBe(true);
    expect(isDue(asked(), north(500), door, 29_999)).toBe(false);
    expect(isDue(asked(), north(500), door, 30_000)).toBe(true);
  });

  it('is not asked for again by a phone that hardly moved, before it is old', () => {
    expect(isDue(asked(), north(140), door, 60_000)).toBe(false);
    expect(isDue(asked(), null, door, 60_000)).toBe(false);
    expect(isDue(asked(), north(140), door, 180_000)).toBe(true);
  });

  it('is asked for again when the phone first knows where it is', () => {
    expect(isDue(asked({ from: null }), here, door, 30_000)).toBe(true);
  });

  it('is asked for again when the centre has corrected the place, and not when that only wavers', () => {
    expect(isDue(asked(), here, { ...door, lat: door.lat + 0.001 }, 30_000)).toBe(true);
    expect(isDue(asked(), here, { ...door, lat: door.lat + 0.0003 }, 60_000)).toBe(false);
    expect(isDue(asked(), here, null, 60_000)).toBe(false);
  });

  it('is asked for again soon when no answer came, also by a phone that does not know where it is', () => {
    expect(isDue(asked({ failed: true }), null, door, 29_999)).toBe(false);
    expect(isDue(asked({ failed: true }), null, door, 30_000)).toBe(true);
  });
});

describe('the beginning of the way', () => {
  const known = (position_age_s: number | null): KnownWay => ({
    way: { eta_s: 60, eta_source: 'roads', distance_m: 400, line: [[here.lon, here.lat]], position_age_s },
    at: 0,
  });

  it('ages with the position that it begins with', () => {
    expect(oldBeginning_ms(known(100), null, 20_000)).toBeNull();
    expect(oldBeginning_ms(known(100), null, 20_001)).toBe(120_001);
    expect(oldBeginning_ms(known(100), north(200), 60_000)).toBe(160_000);
  });

  it('is not old while the phone stands there', () => {
    expect(oldBeginning_ms(known(100), north(100), 600_000)).toBeNull();
  });

  it('at a standby place has no age', () => {
    expect(oldBeginning_ms(known(null), null, 600_000)).toBeNull();
  });
});

describe('the drawing', () => {
  it('has north above, and both ends inside', () => {
    const drawing = drawingOf([[118.1, 24.6], [118.1, 24.61], [118.12, 24.61]], null, 320, 200);
    if (drawing === null) throw new Error('a way has a drawing');
    expect(drawing.start[1]).toBeGreaterThan(drawing.end[1]);
    expect(drawing.start[0]).toBeLessThan(drawing.end[0]);
    for (const [x, y] of [drawing.start, drawing.end]) {
      expect(x).toBeGreaterThanOrEqual(22);
      expect(x).toBeLessThanOrEqual(298);
      expect(y).toBeGreaterThanOrEqual(22);
      expect(y).toBeLessThanOrEqual(178);
    }
  });

  it('is a point for whoever stands at the door, and nothing without a line', () => {
    expect(drawingOf([[118.1, 24.6]], null, 320, 200)).toMatchObject({ start: [160, 100], end: [160, 100] });
    expect(drawingOf([], null, 320, 200)).toBeNull();
  });

  it('shows the phone where it is, also beside the line', () => {
    const drawing = drawingOf([[118.1, 24.6], [118.1, 24.61]], { lat: 24.605, lon: 118.11 }, 320, 200);
    expect(drawing?.start[0]).toBeGreaterThan(drawing?.end[0] ?? Infinity);
    expect(drawing?.path.match(/[ML]/g)).toHaveLength(2);
  });
});
