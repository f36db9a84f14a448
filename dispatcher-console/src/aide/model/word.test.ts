import { describe, expect, it } from 'vitest';

import { aFile, anOffer, at, NOON } from '../testing/files';
import { waitsFor, wordOf } from './word';

describe('the word from behind a door', () => {
  it('is due only when the centre waits for one', () => {
    expect(wordOf(anOffer(), NOON)).toBeNull();
  });

  it('is reminded of in the last three minutes', () => {
    const offer = anOffer({ status: 'on_scene', word_due_at: at(600) });
    expect(wordOf(offer, NOON)).toEqual({ left_ms: 600_000, state: 'calm' });
    expect(wordOf(offer, NOON + 421_000)?.state).toBe('soon');
  });

  it('is missed when its time is up, or when the centre says so', () => {
    expect(wordOf(anOffer({ word_due_at: at(600) }), NOON + 600_000)).toEqual({ left_ms: 0, state: 'missed' });
    expect(wordOf(anOffer({ word_due_at: at(600), word_missed_at: at(500) }), NOON)?.state).toBe('missed');
  });
});

describe('waiting at the door', () => {
  const waiting = { ...aFile({ status: 'on_scene', on_scene_at: at(0) }), waits_for: ['night', 'moon'] };

  it('is asked for with the reasons that this page knows', () => {
    expect(waitsFor(waiting)).toEqual(['night']);
  });

  it('ends when somebody of the team is there, and is no matter once inside', () => {
    const partner = anOffer({ id: 'o2', responder: 'r2', status: 'on_scene' });
    expect(waitsFor({ ...waiting, ticket: { ...waiting.ticket, offers: [waiting.offer, partner] } })).toEqual([]);
    expect(waitsFor({ ...waiting, offer: { ...waiting.offer, with_senior_at: at(5) } })).toEqual([]);
  });
});
