import { describe, expect, it } from 'vitest';

import { peopleFigures, presenceOf } from './people';

describe('who could go', () => {
  it('is not whoever is free by the state and gives no sign of life', () => {
    expect(presenceOf({ state: 'free', out_of_touch_since: null })).toBe('free');
    expect(presenceOf({ state: 'free', out_of_touch_since: '2026-11-21T11:00:00.000Z' })).toBe('lost');
  });

  it('is not whoever went off duty; nobody misses them', () => {
    expect(presenceOf({ state: 'off', out_of_touch_since: '2026-11-21T11:00:00.000Z' })).toBe('off');
  });

  it('is nobody in a state that this page does not know', () => {
    expect(presenceOf({ state: 'napping', out_of_touch_since: null })).toBe('busy');
  });

  it('is counted by role', () => {
    const one = { id: 'r', name: '', travel: 'walk', lat: null, lon: null, at: null, ticket: null, out_of_touch_since: null };
    const figures = peopleFigures([
      { ...one, role: 'aide', state: 'free' },
      { ...one, role: 'aide', state: 'offered' },
      { ...one, role: 'rescuer', state: 'free' },
    ]);
    expect(figures.aide).toEqual({ free: 1, offered: 1, busy: 0, lost: 0, off: 0 });
    expect(figures.rescuer.free).toBe(1);
  });
});
