import { describe, expect, it } from 'vitest';

import { TUNES } from './alarm-sound';

describe('the tunes', () => {
  const urgencies = [TUNES['1'], TUNES['2'], TUNES['3'], TUNES['4']];

  it('differ in how many tones they have and how fast they go, for ears that hear no pitch', () => {
    const all = Object.values(TUNES);
    expect(new Set(all.map(({ tones }) => tones.length)).size).toBe(all.length);
    expect(new Set(all.map(({ step_s }) => step_s)).size).toBe(all.length);
  });

  it('are the rarer and the softer, the less urgent, and none louder than twice the next', () => {
    for (const [index, tune] of urgencies.slice(1).entries()) {
      const before = urgencies[index];
      if (before === undefined) throw new Error('no tune before');
      expect(tune.repeat_ms).toBeGreaterThan(before.repeat_ms);
      expect(tune.volume).toBeLessThanOrEqual(before.volume);
      expect(tune.volume * 2).toBeGreaterThan(before.volume);
    }
  });

  it('end before they begin again, with a pause to speak in', () => {
    for (const { tones, step_s, repeat_ms } of Object.values(TUNES)) expect(tones.length * step_s * 1000 + 500).toBeLessThan(repeat_ms);
  });
});
