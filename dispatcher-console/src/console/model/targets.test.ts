import { describe, expect, it } from 'vitest';

import { at, ticket } from '../testing/samples';
import { latenessesOf, latenessOf, milestonesOf } from './targets';

const NOON = Date.parse(at());
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

type Changes = NonNullable<Parameters<typeof ticket>[0]>;

const went = (times: NonNullable<Changes['times']>, changes: Omit<Changes, 'times'> = {}) =>
  ticket({ ...changes, times: { received: at(), opened: at(), ...times } });
const stepOf = (of: ReturnType<typeof ticket>, now: number, step: string) =>
  milestonesOf(of, now).find((view) => view.step === step);

describe('how late a step was', () => {
  it('is nothing to the second of the promise, and counts from there', () => {
    expect(latenessOf(went({}), 'answered', NOON + 15 * SECOND)?.by_ms).toBe(0);
    expect(latenessOf(went({}), 'answered', NOON + 145 * SECOND)).toEqual({
      by_ms: 130 * SECOND,
      within_ms: 15 * SECOND,
      grave: true,
    });
  });

  it('counts accepting from the first offer, and arriving from what was received', () => {
    const held = went({ first_offered: at(5 * MINUTE) });
    expect(latenessOf(held, 'accepted', NOON + 6 * MINUTE)?.by_ms).toBe(0);
    expect(latenessOf(held, 'on_scene', NOON + 12 * MINUTE)).toMatchObject({ by_ms: 2 * MINUTE, grave: false });
    expect(latenessOf(held, 'on_scene', NOON + 31 * MINUTE)?.grave).toBe(true);
  });

  it('is not asked where nothing was promised, or what it counts from has not happened', () => {
    expect(latenessOf(went({}), 'with_senior', NOON + 99 * MINUTE)).toBeNull();
    expect(latenessOf(went({}, { kind: 'consult' }), 'answered', NOON + MINUTE)).toBeNull();
    expect(latenessOf(went({ first_offered: null }), 'accepted', NOON + MINUTE)).toBeNull();
    expect(latenessOf(went({}), 'toString', NOON)).toBeNull();
  });
});

describe('the way from the key to the closing', () => {
  it('names each step with its moment, its gap and how late it was', () => {
    const done = went({ answered: at(12 * SECOND), first_offered: at(1 * SECOND), accepted: at(31 * SECOND) });
    expect(milestonesOf(done, NOON + MINUTE).map(({ step, since_ms, state }) => [step, since_ms, state])).toEqual([
      ['received', 0, 'done'],
      ['answered', 12_000, 'done'],
      ['first_offered', 1_000, 'done'],
      ['accepted', 31_000, 'done'],
      ['on_scene', null, 'ahead'],
      ['with_senior', null, 'ahead'],
      ['closed', null, 'ahead'],
    ]);
    // In time and not in the order of the strip: the machine offers before a person answers.
    expect(stepOf(done, NOON + MINUTE, 'answered')?.gap_ms).toBe(11 * SECOND);
    expect(stepOf(done, NOON + MINUTE, 'accepted')?.gap_ms).toBe(19 * SECOND);
    expect(stepOf(done, NOON + MINUTE, 'on_scene')?.late).toBeNull();
  });

  it('says that a step is late while it has not happened', () => {
    const waits = went({ answered: null });
    expect(stepOf(waits, NOON + 20 * SECOND, 'answered')?.late?.by_ms).toBe(5 * SECOND);
  });

  it('does not call late for ever what was passed over', () => {
    const closed = went({ closed: at(MINUTE) }, { status: 'closed' });
    expect(stepOf(closed, NOON + 99 * MINUTE, 'on_scene')).toMatchObject({ state: 'skipped', late: null });
  });
});

describe('the entries of a timeline', () => {
  const entry = (seq: number, event: string, after_ms: number) => ({ seq, event, at: at(after_ms), by: 'u1', data: {} });

  it('are marked once for each promise: who comes second was not late', () => {
    const marked = latenessesOf(went({ first_offered: at(0) }), [
      entry(1, 'ticket_opened', 0),
      entry(2, 'accepted', 30 * SECOND),
      entry(3, 'accepted', 300 * SECOND),
      entry(4, 'answered', 75 * SECOND),
    ]);
    expect([...marked.keys()]).toEqual([2, 4]);
    expect(marked.get(2)?.by_ms).toBe(0);
    expect(marked.get(4)?.by_ms).toBe(60 * SECOND);
  });
});
