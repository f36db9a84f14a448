import { describe, expect, it } from 'vitest';

import { at, call, ticket, unrecorded } from '../testing/samples';
import { apply, cutOff, joined, NOTHING_KNOWN, withPositions, withTicket } from './feed';

const aide = { id: 'r1', name: '林', role: 'aide', state: 'free', travel: 'ebike', lat: 1, lon: 1, at: at(), ticket: null, out_of_touch_since: null };
const full = apply(NOTHING_KNOWN, { type: 'snapshot', seq: 5, tickets: [ticket({ seq: 5 })], responders: [aide] });

describe('the feed', () => {
  it('is not known before a snapshot', () => {
    expect(NOTHING_KNOWN.known).toBe(false);
    expect(full.known).toBe(true);
  });

  it('forgets with a snapshot what is no longer true', () => {
    const next = apply(full, { type: 'snapshot', seq: 9, tickets: [], responders: [] });
    expect(next.tickets.size + next.responders.size).toBe(0);
  });

  it('takes a ticket as an event says, and lets a closed one leave', () => {
    const event = { type: 'event', seq: 6, prev: 5, at: at(), event: 'answered' } as const;
    const answered = apply(full, { ...event, ticket: ticket({ seq: 6, handling: 'answered' }) });
    expect(answered.tickets.get('t1')?.handling).toBe('answered');
    expect(apply(answered, { ...event, ticket: ticket({ seq: 7, status: 'closed' }) }).tickets.size).toBe(0);
  });

  it('of two districts is one queue, shown while one of them is not heard yet', () => {
    const second = apply(NOTHING_KNOWN, { type: 'snapshot', seq: 1, tickets: [ticket({ id: 't2', district: 'second' })], responders: [] });
    expect([...joined([full, second]).tickets.keys()]).toEqual(['t1', 't2']);
    expect(joined([full, NOTHING_KNOWN]).known).toBe(true);
    expect([...joined([full, NOTHING_KNOWN]).tickets.keys()]).toEqual(['t1']);
  });

  it('does not let an older answer undo a newer event', () => {
    expect(withTicket(full, ticket({ seq: 4, handling: 'answered' })).tickets.get('t1')?.handling).toBe('waiting');
  });

  it('moves people it knows, never backwards in time', () => {
    const moved = withPositions(full, [
      { id: 'r1', lat: 2, lon: 2, at: at(1_000) },
      { id: 'stranger', lat: 2, lon: 2, at: at() },
    ]);
    expect(moved.responders.get('r1')).toMatchObject({ lat: 2, state: 'free' });
    expect(moved.responders.size).toBe(1);
    expect(withPositions(moved, [{ id: 'r1', lat: 3, lon: 3, at: at(500) }]).responders.get('r1')?.lat).toBe(2);
  });
});

describe('alarms that are not yet recorded', () => {
  const told = apply(full, { type: 'unrecorded', at: at(), alarms: [unrecorded()], total: 137 });
  const heartbeat = { type: 'heartbeat', seq: 5, at: at() } as const;
  const idsOf = ({ unrecorded: { alarms } }: typeof told): string[] => alarms.map(({ id }) => id);

  it('are always told whole: a message replaces the list, an empty one clears it', () => {
    expect(told.unrecorded).toMatchObject({ total: 137, former: false });
    expect(idsOf(apply(told, { type: 'unrecorded', at: at(), alarms: [unrecorded({ id: 'a2' })], total: 1 }))).toEqual(['a2']);
    expect(apply(told, { type: 'unrecorded', at: at(), alarms: [], total: 0 }).unrecorded).toMatchObject({ alarms: [], total: 0 });
  });

  it('are none of the tickets, and no other message takes them away', () => {
    expect(told.tickets.size).toBe(1);
    expect(idsOf(apply(told, { type: 'snapshot', seq: 9, tickets: [], responders: [] }))).toEqual(['a1']);
    expect(idsOf(apply(told, heartbeat))).toEqual(['a1']);
  });

  it('stay when the connection is lost, and go when the next one does not tell them', () => {
    const lost = cutOff(told);
    expect(idsOf(lost)).toEqual(['a1']);
    const back = apply(lost, { type: 'snapshot', seq: 9, tickets: [], responders: [] });
    expect(idsOf(back)).toEqual(['a1']);
    expect(idsOf(apply(back, heartbeat))).toEqual([]);
  });

  it('stay when the next connection tells them again', () => {
    const again = apply(cutOff(told), { type: 'unrecorded', at: at(), alarms: [unrecorded()], total: 1 });
    expect(idsOf(apply(again, heartbeat))).toEqual(['a1']);
  });
});

describe('telephone calls', () => {
  const told = apply(full, { type: 'calls', at: at(), calls: [call()] });
  const heartbeat = { type: 'heartbeat', seq: 5, at: at() } as const;

  it('are not known of before they were told, and the page cannot dial for all it knows', () => {
    expect(NOTHING_KNOWN.calls).toEqual({ list: [], told: false, former: false });
  });

  it('are always told whole, and none is told as well', () => {
    expect(told.calls).toMatchObject({ told: true, former: false });
    const second = apply(told, { type: 'calls', at: at(), calls: [call({ id: 'c2' })] });
    expect(second.calls.list.map(({ id }) => id)).toEqual(['c2']);
    expect(apply(second, { type: 'calls', at: at(), calls: [] }).calls).toEqual({ list: [], told: true, former: false });
  });

  it('are old when the connection is lost, and gone when the next one does not tell them', () => {
    const lost = cutOff(told);
    expect(lost.calls).toMatchObject({ former: true, list: [{ id: 'c1' }] });
    expect(apply(lost, heartbeat).calls).toEqual({ list: [], told: true, former: false });
    const again = apply(lost, { type: 'calls', at: at(), calls: [call()] });
    expect(apply(again, heartbeat).calls).toMatchObject({ former: false, list: [{ id: 'c1' }] });
  });
});

describe('gaps in the roster', () => {
  const gap = { from: at(), to: at(3_600_000), short: { aides: 1, rescuers: 0 }, words: '' };
  const told = apply(full, { type: 'cover', at: at(), gaps: [gap], missing: [] });

  it('are not known until they are told, and are told whole', () => {
    expect(full.cover).toBeNull();
    expect(told.cover?.gaps).toEqual([gap]);
    expect(apply(told, { type: 'cover', at: at(), gaps: [], missing: [] }).cover?.gaps).toEqual([]);
  });

  it('stay through a break, and go when the next connection does not tell them', () => {
    const cut = cutOff(told);
    expect(cut.cover?.gaps).toEqual([gap]);
    expect(apply(cut, { type: 'heartbeat', seq: 5, at: at() }).cover).toBeNull();
    expect(apply(told, { type: 'heartbeat', seq: 5, at: at() }).cover).toEqual(told.cover);
  });
});
