import { describe, expect, it } from 'vitest';

import { isLoudest, screenOf, type Sibling } from './windows';

const sibling = (changes: Partial<Sibling>): Sibling => ({ id: 'a', screen: 'whole', audible: true, live: true, since: 1, ...changes });

describe('the windows of one person', () => {
  it('show what the address says, and everything when it says nothing known', () => {
    expect(['?screen=desk', '?screen=map', '?screen=cinema', ''].map(screenOf)).toEqual(['desk', 'map', 'whole', 'whole']);
  });

  it('sound alone when they are alone, be it the map', () => {
    expect(isLoudest(sibling({ screen: 'map' }), [])).toBe(true);
  });

  it('leave the sound to the desk, however long the map is open', () => {
    const desk = sibling({ id: 'b', screen: 'desk', since: 9 });
    const map = sibling({ screen: 'map' });
    expect(isLoudest(desk, [map])).toBe(true);
    expect(isLoudest(map, [desk])).toBe(false);
  });

  it('sound from the map when the desk is not allowed to', () => {
    const desk = sibling({ id: 'b', screen: 'desk', audible: false });
    const map = sibling({ screen: 'map' });
    expect(isLoudest(map, [desk])).toBe(true);
    expect(isLoudest(desk, [map])).toBe(false);
  });

  it('leave the sound to the one that hears the server', () => {
    const cut = sibling({ live: false });
    const live = sibling({ id: 'b', screen: 'map', since: 9 });
    expect(isLoudest(live, [cut])).toBe(true);
    expect(isLoudest(cut, [live])).toBe(false);
    // One that nobody can hear is no help, and somebody has to say that nothing is heard.
    expect(isLoudest(cut, [{ ...live, audible: false }])).toBe(true);
  });

  it('never sound twice, nor not at all, even when opened in the same millisecond', () => {
    const [one, two] = [sibling({ id: 'a' }), sibling({ id: 'b' })];
    expect([isLoudest(one, [two]), isLoudest(two, [one])]).toEqual([true, false]);
  });
});
