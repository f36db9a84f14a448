import { describe, expect, it } from 'vitest';

import { coordinateText, movedBy, movedTo } from './coordinates';
import type { Pin } from './pin';

const pin: Pin = { ticket: 't', lat: 24.5, lon: 117.66 };

describe('the pin', () => {
  it('goes ten metres by an arrow key and a hundred with Shift', () => {
    const north = movedBy(pin, 'ArrowUp', false);
    expect((north?.lat ?? 0) - pin.lat).toBeCloseTo(10 / 111_320, 6);
    const west = movedBy(pin, 'ArrowLeft', true);
    expect((pin.lon - (west?.lon ?? 0)) * 111_320 * Math.cos((24.5 * Math.PI) / 180)).toBeCloseTo(100, 0);
    expect(west?.lat).toBe(pin.lat);
  });

  it('comes back to where it was', () => {
    const there = movedBy(pin, 'ArrowRight', false);
    const back = there === null ? null : movedBy(there, 'ArrowLeft', false);
    expect(back).toEqual(pin);
  });

  it('leaves every other key alone', () => {
    for (const key of ['a', 'Enter', 'Escape', 'Tab', 'constructor']) expect(movedBy(pin, key, false)).toBeNull();
  });

  it('stays on the map, wherever it is put', () => {
    expect(movedTo(pin, 99, 181)).toEqual({ ticket: 't', lat: 85, lon: -179 });
  });

  it('is read out to the metre', () => {
    expect(coordinateText(pin)).toBe('24.50000, 117.66000');
  });
});
