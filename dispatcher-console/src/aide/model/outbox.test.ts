import { describe, expect, it } from 'vitest';

import { aFile, aStep, at, NOON } from '../testing/files';
import { stageOf } from './offer';
import { hangingOn, nextOf, outdated, pauseAfter, projected, waitsAlready } from './outbox';

const HOUR_MS = 3_600_000;

describe('an offer with steps that wait', () => {
  it('looks as if the centre had them all', () => {
    const steps = [aStep('accept'), aStep('depart'), aStep('on-scene'), aStep('with-senior')];
    const stages = [0, 1, 2, 3, 4].map((count) => stageOf(projected(aFile(), steps.slice(0, count)).offer));
    expect(stages).toEqual(['offered', 'accepted', 'departed', 'on_scene', 'with_senior']);
    expect(stageOf(projected(aFile(), [...steps, aStep('escort'), aStep('done')]).offer)).toBe('done');
  });

  it('takes no step back when the centre is further already', () => {
    const arrived = aFile({ status: 'on_scene', departed_at: at(9) });
    expect(stageOf(projected(arrived, [aStep('accept'), aStep('depart')]).offer)).toBe('on_scene');
    const done = aFile({ status: 'withdrawn' });
    expect(projected(done, [aStep('depart')])).toBe(done);
  });

  it('is itself without steps, and with those of another', () => {
    const file = aFile();
    expect(projected(file, [])).toBe(file);
    expect(projected(file, [aStep('accept', { offer: 'o2' })])).toBe(file);
  });
});

describe('what waits', () => {
  const waiting = [
    aStep('accept', { user: 'u2', key: 'a' }),
    aStep('accept', { key: 'b' }),
    aStep('depart', { key: 'c' }),
    aStep('depart', { key: 'd', offer: 'o2' }),
  ];

  it('is sent in order, and only that of whoever is here', () => {
    expect(nextOf('u1', waiting)?.key).toBe('b');
    expect(nextOf('u2', waiting)?.key).toBe('a');
    expect(nextOf('u3', waiting)).toBeNull();
  });

  it('takes the same act once', () => {
    expect(waitsAlready({ user: 'u1', offer: 'o1', step: 'depart' }, waiting)).toBe(true);
    expect(waitsAlready({ user: 'u1', offer: 'o2', step: 'accept' }, waiting)).toBe(false);
  });

  it('hangs on an earlier step of the same person and offer, and on no word from the door', () => {
    const [, first] = waiting;
    if (first === undefined) throw new Error('the list has two');
    expect(hangingOn(first, waiting).map(({ key }) => key)).toEqual(['c']);
    for (const step of ['safe', 'ask-support', 'ask-ambulance'] as const)
      expect(hangingOn({ ...first, step }, waiting)).toEqual([]);
  });

  it('is forgotten after two days unless it is one’s own', () => {
    const kept = { waiting, verdicts: [] };
    expect(outdated('u1', kept, NOON + 47 * HOUR_MS)).toEqual([]);
    expect(outdated('u1', kept, NOON + 49 * HOUR_MS)).toEqual(['a']);
    expect(outdated(null, kept, NOON + 49 * HOUR_MS)).toHaveLength(4);
  });

  it('is tried again without end, some seconds apart at most', () => {
    expect(pauseAfter(1)).toBe(1_000);
    expect(pauseAfter(1_000)).toBe(6_000);
  });
});
