import { describe, expect, it } from 'vitest';

import type { Candidate } from '../../generated/Candidate';
import { at, offer } from '../testing/samples';
import { choiceKey, chosenBy } from './choice-keys';
import { coordinatesIn, coordinateText, movedBy } from './coordinates';
import { phoneSteps, STEP_KEYS } from './phone-steps';
import { candidatesFor, steppedTo } from './replacement';

describe('acting for somebody on the telephone', () => {
  it('offers what is possible now, the next step first and withdrawing last', () => {
    expect(phoneSteps(offer())).toEqual(['accept', 'decline', 'withdraw']);
    expect(phoneSteps(offer({ status: 'accepted' }))).toEqual(['depart', 'on-scene', 'withdraw']);
    expect(phoneSteps(offer({ status: 'accepted', departed_at: at() }))).toEqual(['on-scene', 'withdraw']);
    expect(phoneSteps(offer({ status: 'on_scene' }))).toEqual(['with-senior', 'done', 'withdraw']);
    expect(phoneSteps(offer({ status: 'escorting' }))).toEqual(['done', 'withdraw']);
  });

  it('gives each step a key of its own, which stays the same', () => {
    expect(new Set(Object.values(STEP_KEYS)).size).toBe(Object.keys(STEP_KEYS).length);
  });

  it('offers nothing for whoever is out of it', () => {
    for (const status of ['done', 'declined', 'expired', 'withdrawn']) expect(phoneSteps(offer({ status }))).toEqual([]);
  });
});

describe('the keys of choices', () => {
  it('lead to the choice that shows them', () => {
    for (let index = 0; index < 15; index += 1) expect(chosenBy(choiceKey(index) ?? '', 15)).toBe(index);
  });

  it('lead nowhere beyond the last one', () => {
    expect(chosenBy('3', 2)).toBeNull();
    expect(chosenBy('Enter', 20)).toBeNull();
    expect(choiceKey(40)).toBeNull();
  });
});

describe('whom to send', () => {
  const candidate = (responder: string, role: string, reason_code = 'free'): Candidate => ({ responder, role, reason_code }) as Candidate;
  const all = [candidate('a', 'rescuer'), candidate('b', 'aide'), candidate('c', 'aide', 'busy')];

  it('lets only aides lead, and nobody go who is bound', () => {
    expect(candidatesFor('lead', all).map(({ responder }) => responder)).toEqual(['b']);
    expect(candidatesFor('support', all).map(({ responder }) => responder)).toEqual(['a', 'b']);
  });

  it('steps through the list and stops at its ends', () => {
    expect(steppedTo(0, 'ArrowUp', 3)).toBe(0);
    expect(steppedTo(1, 'ArrowDown', 3)).toBe(2);
    expect(steppedTo(2, 'ArrowDown', 3)).toBe(2);
    expect(steppedTo(1, 'x', 3)).toBeNull();
  });
});

describe('coordinates', () => {
  it('are read as people write and copy them', () => {
    for (const text of ['24.51, 117.66', '24.51 117.66', '２４．５１，１１７．６６', '117.66,24.51', '24.51、117.66'])
      expect(coordinatesIn(text), text).toEqual({ lat: 24.51, lon: 117.66 });
  });

  it('are not read from what is none', () => {
    for (const text of ['', '24.51', '文昌村', '95, 190', '0, 0', '24 30 12, 117 39 0']) expect(coordinatesIn(text), text).toBeNull();
  });

  it('move with the arrow keys and come back', () => {
    const door = { lat: 24.51, lon: 117.66 };
    const up = movedBy(door, 'ArrowUp', false);
    expect(up?.lat).toBeGreaterThan(door.lat);
    expect(coordinateText(movedBy(up ?? door, 'ArrowDown', false) ?? door)).toBe(coordinateText(door));
    expect(coordinateText(movedBy(movedBy(door, 'ArrowLeft', true) ?? door, 'ArrowRight', true) ?? door)).toBe(coordinateText(door));
    expect(movedBy(door, 'a', false)).toBeNull();
  });
});
