import { describe, expect, it } from 'vitest';

import type { Desk } from '../../generated/Desk';
import type { ShiftNote } from '../../generated/ShiftNote';
import { ticket } from '../testing/samples';
import { following, heldBy, LEFT_TO_OTHERS_MS, mayRest, othersOf, ownerName, reachesBreak, unreadOf, WRAP_UP_MS } from './shift';

const desk = (user: string, state: string): Desk => ({
  user,
  name: `话务员${user}`,
  role: 'operator',
  state,
  since: '2026-11-21T00:00:00.000Z',
  seen_at: '1970-01-01T00:00:01.000Z',
  sound_heard_at: '2026-11-21T00:00:00.000Z',
});
const note = (id: string, by: string, readers: string[]): ShiftNote => ({
  id,
  district: 'longwen',
  at: '2026-11-21T00:00:00.000Z',
  by,
  name: by,
  text: id,
  read_by: readers.map((user) => ({ user, name: user, at: '2026-11-21T00:00:00.000Z' })),
});

describe('the state of a desk', () => {
  it('is busy with a ticket in hand, then wraps up, then is ready again', () => {
    expect(following({ state: 'ready', since: 0, held: 1, now: 5 })).toBe('busy');
    expect(following({ state: 'busy', since: 0, held: 1, now: 5 })).toBe('busy');
    expect(following({ state: 'busy', since: 0, held: 0, now: 5 })).toBe('wrap_up');
    expect(following({ state: 'wrap_up', since: 5, held: 0, now: 4 + WRAP_UP_MS })).toBe('wrap_up');
    expect(following({ state: 'wrap_up', since: 5, held: 0, now: 5 + WRAP_UP_MS })).toBe('ready');
    expect(following({ state: 'wrap_up', since: 5, held: 2, now: 6 })).toBe('busy');
  });

  it('stays a break until its person ends it', () => {
    expect(following({ state: 'break', since: 0, held: 3, now: 1e9 })).toBe('break');
  });
});

describe('a break', () => {
  const me = 'me';
  const known = (state: string, toldAt: number | null = 1_000) => ({ desks: [desk(me, 'break'), desk('2', state)], toldAt });

  it('is left in peace while somebody else takes what comes', () => {
    expect(mayRest(known('ready'), me, 'break', 2_000)).toBe(true);
    expect(mayRest(known('busy'), me, 'break', 2_000)).toBe(true);
  });

  it('ends with an alarm when nobody else is there, or when that is not known', () => {
    expect(mayRest(known('break'), me, 'break', 2_000)).toBe(false);
    expect(mayRest({ desks: [desk(me, 'ready')], toldAt: 1_000 }, me, 'break', 2_000)).toBe(false);
    expect(mayRest(known('ready', null), me, 'break', 2_000)).toBe(false);
    expect(mayRest(known('ready'), me, 'break', 1_000 + 35_001)).toBe(false);
  });

  it('is not left to a desk that hears no alarm, nor to one that has gone', () => {
    const deaf = { ...desk('2', 'ready'), sound_heard_at: null };
    expect(mayRest({ desks: [deaf], toldAt: 1_000 }, me, 'break', 2_000)).toBe(false);
    // The list is new, the desk in it is not.
    expect(mayRest(known('ready', 60_000), me, 'break', 60_000)).toBe(false);
  });

  it('does not keep away what is one\'s own, what climbed, was pressed again or waits', () => {
    const received = '1970-01-01T00:00:01.000Z';
    const fresh = ticket({ kind: 'sos', handling: 'waiting', owner: null, signals: 1, escalated_to: [] });
    const at = { ...fresh, times: { ...fresh.times, received } };
    const others = { ...at, handling: 'answered', owner: '2', signals: 2 };
    expect(reachesBreak(at, me, 2_000)).toBe(false);
    expect(reachesBreak(others, me, 1e9)).toBe(false);
    expect(reachesBreak({ ...others, owner: me }, me, 2_000)).toBe(true);
    expect(reachesBreak({ ...others, escalated_to: ['shift_lead'] }, me, 2_000)).toBe(true);
    expect(reachesBreak({ ...at, signals: 2 }, me, 2_000)).toBe(true);
    expect(reachesBreak(at, me, 1_000 + LEFT_TO_OTHERS_MS)).toBe(true);
  });

  it('is what keeps alarms away, no other state', () => {
    for (const state of ['ready', 'busy', 'wrap_up'] as const) expect(mayRest(known('ready'), me, state, 2_000)).toBe(false);
  });
});

describe('who else is on', () => {
  it('shows first whoever takes what comes, and not oneself', () => {
    const desks = [desk('1', 'break'), desk('me', 'ready'), desk('2', 'busy'), desk('3', 'ready'), desk('4', 'asleep')];
    expect(othersOf(desks, 'me').map(({ user }) => user)).toEqual(['3', '2', '1', '4']);
  });

  it('tells what each holds, by name', () => {
    const tickets = [ticket({ owner: '1' }), ticket({ owner: '1' }), ticket({ owner: null }), ticket({ owner: '2', status: 'closed' })];
    expect([...heldBy(tickets)]).toEqual([['1', 2]]);
    expect(ownerName({ owner: '1' }, [desk('1', 'busy')])).toBe('话务员1');
    expect(ownerName({ owner: '9' }, [desk('1', 'busy')])).toBeNull();
    expect(ownerName({ owner: null }, [desk('1', 'busy')])).toBeNull();
  });
});

describe('shift notes', () => {
  it('are unread until this person has read them, the oldest first; own ones are read', () => {
    const notes = [note('c', 'other', ['third']), note('b', 'me', []), note('a', 'other', []), note('0', 'other', ['me'])];
    expect(unreadOf(notes, 'me').map(({ id }) => id)).toEqual(['a', 'c']);
  });
});
