import { describe, expect, it } from 'vitest';

import type { Offer } from '../../generated/Offer';
import type { Responder } from '../../generated/Responder';
import { aFile, AIDE, aStep, onDuty } from '../testing/files';
import type { Verdict, Waiting } from './outbox';
import { missingFrom, reduce } from './reduce';
import type { AideState, Input } from './state';

function after(state: AideState, offer: Partial<Offer>, seq: number): AideState {
  return reduce(state, { type: 'offer', file: aFile(offer, { seq }) });
}

const asked = after(onDuty(), {}, 10);
const engaged = after(asked, { status: 'accepted' }, 11);

describe('an offer', () => {
  it('is kept while it is in hand', () => {
    expect(asked.offers).toHaveLength(1);
    expect(engaged.offers[0]?.offer.status).toBe('accepted');
  });

  it('shouts when it is withdrawn', () => {
    const state = after(engaged, { status: 'withdrawn' }, 12);
    expect(state.offers).toEqual([]);
    expect(state.notices).toMatchObject([{ kind: 'cancelled', id: 'o1', why: 'withdrawn' }]);
    expect(reduce(state, { type: 'acknowledge', id: 'o1' }).notices).toEqual([]);
  });

  it('is thanked for when done and told when missed', () => {
    expect(after(engaged, { status: 'done' }, 12).notices).toMatchObject([{ kind: 'thanks' }]);
    expect(after(asked, { status: 'expired' }, 12).notices).toMatchObject([{ kind: 'missed' }]);
  });

  it('ends in silence when the aide declined it, and with a word when an operator did', () => {
    expect(after(reduce(asked, outbox([aStep('decline')])), { status: 'declined' }, 12).notices).toEqual([]);
    expect(after(asked, { status: 'declined' }, 12).notices).toMatchObject([{ kind: 'cancelled', why: 'declined' }]);
  });

  it('is not brought back by an answer that was overtaken', () => {
    const state = after(engaged, { status: 'withdrawn' }, 12);
    expect(after(state, { status: 'accepted' }, 11)).toBe(state);
    expect(after(engaged, { status: 'offered' }, 10)).toBe(engaged);
  });

  it('takes no step back for an answer that is nothing but the offer', () => {
    const arrived = after(engaged, { status: 'on_scene' }, 13);
    expect(after(arrived, { status: 'accepted' }, 13)).toBe(arrived);
  });

  it('is named after it ended by what was known before', () => {
    const who = { name: null, age: null, village: null };
    const file = { ...aFile({ status: 'done' }, { seq: 12, senior: null, who }), senior: null };
    const [notice] = reduce(engaged, { type: 'offer', file }).notices;
    expect(notice?.file?.senior?.name).toBe('王秀英');
  });

  it('keeps the file it had when news come without one', () => {
    const news = { ...aFile({ status: 'accepted', departed_at: '2026-11-21T04:01:00.000Z' }, { seq: 12 }), senior: null };
    expect(reduce(engaged, { type: 'offer', file: news }).offers[0]?.senior?.access).toBe('密码 4711#');
  });

  it('that was never in hand here ends without a word', () => {
    expect(after(onDuty(), { status: 'withdrawn' }, 12).notices).toEqual([]);
  });

  it('that was in hand before a reload ends with a word', () => {
    const state = after(onDuty({ held: 'o1' }), { status: 'withdrawn' }, 12);
    expect(state.notices).toMatchObject([{ kind: 'cancelled' }]);
    expect(state.held).toBeNull();
  });

  it('that the server no longer shows counts as cancelled', () => {
    expect(reduce(engaged, { type: 'gone', offer: 'o1' }).notices).toMatchObject([{ kind: 'cancelled', why: 'gone' }]);
  });

  it('that a full list does not name is asked after', () => {
    expect(missingFrom(engaged, [])).toEqual(['o1']);
    expect(missingFrom(engaged, [aFile()])).toEqual([]);
    expect(missingFrom(onDuty({ held: 'o9' }), [aFile()])).toEqual(['o9']);
  });
});

describe('duty', () => {
  const me: Responder = {
    id: 'r1',
    name: '陈阿明',
    role: 'aide',
    state: 'off',
    travel: 'walk',
    lat: null,
    lon: null,
    at: null,
    ticket: null,
    out_of_touch_since: null,
  };

  it('is what the feed says of oneself, and of nobody else', () => {
    const state = reduce(onDuty(), { type: 'responders', responders: [{ ...me, id: 'r2' }] });
    expect(state.duty.on).toBe(true);
    const off = reduce(state, { type: 'responders', responders: [me] });
    expect(off.duty).toMatchObject({ on: false, travel: 'walk' });
  });
});

describe('a session', () => {
  it('that is taken up again by the same person keeps what was in hand', () => {
    const out = reduce(engaged, { type: 'session', session: { phase: 'out', why: 'ended' } });
    expect(reduce(out, { type: 'session', session: { phase: 'in', user: AIDE } }).offers).toHaveLength(1);
  });

  it('of another person begins empty', () => {
    const out = reduce(engaged, { type: 'session', session: { phase: 'out', why: 'ended' } });
    const user = { ...AIDE, id: 'u2' };
    expect(reduce(out, { type: 'session', session: { phase: 'in', user } }).offers).toEqual([]);
  });
});

describe('a step that did not count', () => {
  const verdict = { id: 'k1', user: 'u1', offer: 'o1', step: 'accept', at: 0, why: 'expired', status: 409, dropped: [] } as const;

  it('is told once, instead of what the feed said of the same offer, and by the name known before', () => {
    const missed = after(asked, { status: 'expired' }, 12);
    const told = reduce(missed, outbox([], [verdict]));
    expect(told.notices).toEqual([]);
    expect(told.outbox.told[0]?.file?.senior?.name).toBe('王秀英');
    expect(after(reduce(asked, outbox([], [verdict])), { status: 'expired' }, 12).notices).toEqual([]);
  });

  it('keeps its file while the outbox is read again, and ends when it has been read', () => {
    const told = after(reduce(asked, outbox([], [verdict])), { status: 'expired' }, 12);
    expect(reduce(told, outbox([], [verdict])).outbox.told[0]?.file).not.toBeNull();
    expect(reduce(told, outbox([])).outbox.told).toEqual([]);
  });
});

describe('what the phone remembered', () => {
  const recalled = { type: 'recalled', offers: [aFile({ status: 'accepted' })], on: true, at: 5 } as const;

  it('fills the page until the centre speaks', () => {
    const state = reduce(onDuty({ duty: { ...onDuty().duty, on: null } }), recalled);
    expect(state).toMatchObject({ recalledAt: 5, duty: { on: true }, offers: [{ offer: { id: 'o1' } }] });
    expect(reduce(state, { type: 'live', status: { state: 'live', lastHeardAt: 9 } }).recalledAt).toBeNull();
  });

  it('never replaces what the centre said', () => {
    const heard = onDuty({ live: { state: 'live', lastHeardAt: 9 } });
    expect(reduce(heard, recalled)).toBe(heard);
  });
});

function outbox(waiting: Waiting[], verdicts: Verdict[] = []): Input {
  return { type: 'outbox', waiting, verdicts, keptIn: 'phone' };
}
