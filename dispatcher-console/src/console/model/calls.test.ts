import { describe, expect, it } from 'vitest';

import { at, call, caller, NOON } from '../testing/samples';
import {
  type CallDesk,
  callersOf,
  callerToOpen,
  cardsOf,
  isOnTheLine,
  type Kept,
  keptAfter,
  lasts_ms,
  listedNumber,
  ownCallAbout,
  presumedSenior,
  summaryBody,
  wantsCallBack,
} from './calls';

const son = caller({ id: 's2', name: '沈顺来', relation: '儿子' });
const ringing = call();
const answered = call({ id: 'talks', state: 'answered', by: '1001', ringing_at: at(-90_000), answered_at: at(-80_000) });
const ended = call({ id: 'over', state: 'ended', result: 'completed', answered_at: at(-60_000), ended_at: at(-5_000) });

function desk(changes: Partial<CallDesk>): CallDesk {
  return { calls: [], kept: new Map(), putAway: new Set(), openSenior: null, ...changes };
}

function kept(...calls: (typeof ringing)[]): ReadonlyMap<string, Kept> {
  return new Map(calls.map((one) => [one.id, { call: one, senior: null, found: null, draft: '', told: true }]));
}

const idsOf = (cards: { call: { id: string } }[]): string[] => cards.map(({ call: { id } }) => id);

describe('the cards of calls', () => {
  it('stand in full for who rings, in a line for calls of colleagues', () => {
    const cards = cardsOf(desk({ calls: [answered, ringing, call({ id: 'out', direction: 'out' })] }));
    expect(cards.map(({ call: { id }, full }) => [id, full])).toEqual([
      ['c1', true],
      ['talks', false],
      ['out', false],
    ]);
  });

  it('stand in full for what is in hand here, before the calls of colleagues', () => {
    const cards = cardsOf(desk({ calls: [call({ ...answered, id: 'theirs' }), answered], kept: kept(answered) }));
    expect(cards.map(({ call: { id }, full }) => [id, full])).toEqual([
      ['talks', true],
      ['theirs', false],
    ]);
  });

  it('stand in full while the caller’s file is open, until the call is over', () => {
    expect(cardsOf(desk({ calls: [answered], openSenior: 's1' }))[0]?.full).toBe(true);
    expect(cardsOf(desk({ calls: [answered], openSenior: 's9' }))[0]?.full).toBe(false);
    expect(cardsOf(desk({ calls: [ended], openSenior: 's1' }))[0]?.full).toBe(false);
  });

  it('stay when the server forgets a call whose summary is being written', () => {
    expect(idsOf(cardsOf(desk({ kept: kept(ended) })))).toEqual(['over']);
    expect(cardsOf(desk({}))).toEqual([]);
  });

  it('say that nothing more is heard of a call whose end was never told', () => {
    const lost = (...desks: Parameters<typeof desk>): boolean | undefined => cardsOf(desk(...desks))[0]?.lost;
    expect(lost({ kept: kept(answered) })).toBe(true);
    expect(lost({ kept: kept(answered), calls: [answered] })).toBe(false);
    expect(lost({ kept: kept(ended) })).toBe(false);
    const justDialled = call({ id: 'out', direction: 'out' });
    expect(lost({ kept: new Map([['out', { call: justDialled, senior: null, found: null, draft: '', told: false }]]) })).toBe(false);
  });

  it('go when they are put away, but nobody can put away who rings', () => {
    const putAway = new Set(['over', 'c1']);
    expect(idsOf(cardsOf(desk({ calls: [ended, ringing], putAway })))).toEqual(['c1']);
  });

  it('put the longest ringing first', () => {
    const waits = call({ id: 'waits', ringing_at: at(-20_000) });
    expect(idsOf(cardsOf(desk({ calls: [ringing, waits] })))).toEqual(['waits', 'c1']);
  });
});

describe('a call in hand', () => {
  it('follows what is told of it and keeps its draft', () => {
    const before = new Map([['talks', { call: answered, senior: 's1', found: null, draft: '问充电', told: false }]]);
    const over = { ...answered, state: 'ended', result: 'completed' };
    expect(keptAfter(before, [ringing, over]).get('talks')).toEqual({ call: over, senior: 's1', found: null, draft: '问充电', told: true });
  });

  it('is the same when nothing is told of it', () => {
    const before = kept(ended);
    expect(keptAfter(before, [ringing])).toBe(before);
  });
});

describe('a caller’s file', () => {
  const open = (changes: Partial<Parameters<typeof callerToOpen>[0]>): string | undefined =>
    callerToOpen({ calls: [ringing], opened: new Set(), busy: false, ...changes })?.senior.id;

  it('opens by itself when the number is exactly one senior’s', () => {
    expect(open({})).toBe('s1');
    expect(open({ calls: [call({ seniors: [] })] })).toBeUndefined();
    expect(open({ calls: [call({ seniors: [caller(), son] })] })).toBeUndefined();
  });

  it('never opens under the hands of somebody who is busy, nor twice', () => {
    expect(open({ busy: true })).toBeUndefined();
    expect(open({ opened: new Set(['c1']) })).toBeUndefined();
  });

  it('opens neither for calls we make nor for calls that somebody has answered', () => {
    expect(open({ calls: [call({ direction: 'out' })] })).toBeUndefined();
    expect(open({ calls: [answered] })).toBeUndefined();
  });
});

describe('a call', () => {
  it('knows who is on the line', () => {
    expect(isOnTheLine('s1', [answered])).toBe(true);
    expect(isOnTheLine('s1', [ended])).toBe(false);
    expect(isOnTheLine('s2', [answered])).toBe(false);
  });

  it('counts from ringing, then from answering, and stops at its end', () => {
    expect(lasts_ms(ringing, NOON + 4_000)).toBe(4_000);
    expect(lasts_ms(answered, NOON)).toBe(80_000);
    expect(lasts_ms(ended, NOON + 999_000)).toBe(55_000);
    expect(lasts_ms(call({ state: 'ended', result: 'missed', ended_at: at() }), NOON)).toBeNull();
  });

  it('that did not reach us wants to be called back', () => {
    const results = ['completed', 'abandoned', 'missed', 'failed'];
    expect(results.filter((result) => wantsCallBack(call({ state: 'ended', result })))).toEqual(['abandoned', 'missed']);
    expect(wantsCallBack(call({ direction: 'out', state: 'ended', result: 'no_answer' }))).toBe(false);
  });

  it('shows a withheld number in no list', () => {
    expect(listedNumber(ringing)).toBe('13800138000');
    expect(listedNumber(call({ withheld: true }))).toBeNull();
  });

  it('may be of whom somebody found as well, once', () => {
    expect(callersOf(call({ seniors: [] }), son)).toEqual([son]);
    expect(callersOf(call({ seniors: [son] }), son)).toEqual([son]);
    expect(callersOf(ringing, null)).toEqual([caller()]);
  });

  it('is presumed to be about its only senior, else about whose file is open, else about nobody', () => {
    const either = call({ seniors: [caller(), son] });
    expect(presumedSenior(ringing, null)).toBe('s1');
    expect(presumedSenior(either, 's2')).toBe('s2');
    expect(presumedSenior(either, 's9')).toBeNull();
  });

  it('is summed up with its senior where one is known', () => {
    expect(summaryBody(' 问充电 ', 's1')).toEqual({ text: '问充电', senior: 's1' });
    expect(summaryBody('打错了', null)).toEqual({ text: '打错了' });
  });
});

it('knows the call in which this person talks about a senior', () => {
  const me = { id: 'u1', username: '1001', name: '方', role: 'operator', responder: null, districts: [] };
  const about = (answeredBy: string, state: string): string | null =>
    ownCallAbout('s1', [call({ ...answered, by: answeredBy, state, seniors: [caller()] })], me);
  expect(about('1001', 'answered')).toBe('talks');
  expect([about('1002', 'answered'), about('1001', 'ended'), ownCallAbout('s9', [answered], me)]).toEqual([null, null, null]);
});
