import { describe, expect, it } from 'vitest';

import { at, ticket } from '../testing/samples';
import { closingBody, guardOf, lacksArrival, missing, NOTHING_FILLED, OUTCOME_GROUPS, WORK_CAUSES, WORK_OUTCOMES } from './closing';

describe('closing', () => {
  it('wants an outcome', () => {
    expect(missing(NOTHING_FILLED)).toBe('outcome');
    expect(missing({ ...NOTHING_FILLED, outcome: 'helped' })).toBeNull();
  });

  it('wants the further fact of four outcomes, and spaces are none', () => {
    expect(missing({ ...NOTHING_FILLED, outcome: 'hospital', hospital: '  ' })).toBe('hospital');
    expect(missing({ ...NOTHING_FILLED, outcome: 'duplicate' })).toBe('duplicate_of');
    expect(missing({ ...NOTHING_FILLED, outcome: 'no_contact' })).toBe('witness');
    expect(missing({ ...NOTHING_FILLED, outcome: 'deceased' })).toBe('witness');
    expect(missing({ ...NOTHING_FILLED, outcome: 'deceased', witness: '120 医生 李' })).toBeNull();
  });

  it('sends only what was filled in and belongs to the outcome', () => {
    const closing = { ...NOTHING_FILLED, outcome: 'hospital', hospital: ' 市医院 ', witness: 'left over', cause: 'abdominal' };
    expect(closingBody(closing)).toEqual({ outcome: 'hospital', cause: 'abdominal', hospital: '市医院' });
  });

  it('offers each of the contract’s fifteen outcomes once', () => {
    const all = OUTCOME_GROUPS.flatMap(({ outcomes }) => [...outcomes]);
    expect(new Set(all).size).toBe(15);
    expect(all.filter((outcome) => guardOf(outcome) !== null)).toEqual(['hospital', 'duplicate', 'no_contact', 'deceased']);
  });

  it('doubts help at the door when nobody is on record as having been there', () => {
    expect(lacksArrival('helped', ticket().times)).toBe(true);
    expect(lacksArrival('phone', ticket().times)).toBe(false);
    for (const step of ['on_scene', 'with_senior', 'ambulance_arrived']) expect(lacksArrival('helped', ticket({ times: { [step]: at() } }).times)).toBe(false);
  });

  it('of work on devices wants a cause as well, and no other outcome wants more', () => {
    const seenTo = { ...NOTHING_FILLED, outcome: 'helped' };
    expect(missing(seenTo, true)).toBe('cause');
    expect(missing({ ...seenTo, cause: 'no_credit' }, true)).toBeNull();
    expect(WORK_OUTCOMES.map(guardOf)).toEqual([null, null]);
    expect(WORK_CAUSES).toEqual(expect.arrayContaining(['no_credit', 'switched_off', 'sim_changed', 'lost', 'unused']));
  });
});
