import { describe, expect, it } from 'vitest';

import { aFile, AIDE, aStep, at, NOON, onDuty } from '../testing/files';
import { ringOf, screenOf } from './screen';
import { initialState, type Notice } from './state';

const offered = aFile();
const job = aFile({ id: 'o2', status: 'accepted' }, { id: 't2' });
const cancelled: Notice = { kind: 'cancelled', id: 'o3', file: job, why: 'withdrawn' };
const thanks: Notice = { kind: 'thanks', id: 'o4', file: job };

describe('the screen', () => {
  it('is the log-in form until somebody is logged in', () => {
    const state = initialState('ebike', null);
    expect(screenOf(state, NOON).name).toBe('checking');
    expect(screenOf({ ...state, session: { phase: 'out', why: 'ended' } }, NOON)).toEqual({ name: 'login', ended: true });
  });

  it('sends away who is no responder', () => {
    const user = { ...AIDE, responder: null };
    expect(screenOf(onDuty({ session: { phase: 'in', user } }), NOON).name).toBe('not_aide');
  });

  it('is an open offer before everything else', () => {
    const state = onDuty({ offers: [job, offered], notices: [cancelled, thanks] });
    expect(screenOf(state, NOON)).toMatchObject({ name: 'offer', file: offered, job });
  });

  it('is a cancelled task before other work, and that before thanks', () => {
    expect(screenOf(onDuty({ offers: [job], notices: [thanks, cancelled] }), NOON).name).toBe('cancelled');
    expect(screenOf(onDuty({ offers: [job], notices: [thanks] }), NOON).name).toBe('job');
    expect(screenOf(onDuty({ notices: [thanks] }), NOON).name).toBe('thanks');
  });

  it('is waiting when nothing is in hand, and says so while an unanswered offer is looked into', () => {
    expect(screenOf(onDuty(), NOON)).toEqual({ name: 'duty', on: true, checkingOffer: false });
    const late = NOON + 60_000;
    expect(screenOf(onDuty({ offers: [offered] }), late)).toEqual({ name: 'duty', on: true, checkingOffer: true });
  });

  it('is what was opened only while there is nothing to do', () => {
    expect(screenOf(onDuty({ leaf: 'self_test' }), NOON).name).toBe('self_test');
    expect(screenOf(onDuty({ leaf: 'self_test', offers: [offered] }), NOON).name).toBe('offer');
    expect(screenOf(onDuty({ leaf: 'month', offers: [job] }), NOON).name).toBe('job');
    expect(screenOf(onDuty({ leaf: 'month', notices: [cancelled] }), NOON).name).toBe('cancelled');
  });

  it('goes on behind what waits to be sent', () => {
    const outbox = { ...onDuty().outbox, waiting: [aStep('accept'), aStep('depart')] };
    const state = onDuty({ offers: [offered], outbox });
    expect(screenOf(state, NOON)).toMatchObject({ name: 'job', file: { offer: { departed_at: at(0) } } });
    expect(rings({ offers: [offered], outbox })).toBeNull();
    const declined = { ...outbox, waiting: [aStep('decline')] };
    expect(screenOf(onDuty({ offers: [offered], outbox: declined }), NOON).name).toBe('duty');
  });

  it('stays with the senior until the centre knows that the work is done', () => {
    const inside = aFile({ status: 'on_scene', with_senior_at: at(5) });
    const outbox = { ...onDuty().outbox, waiting: [aStep('done')] };
    expect(screenOf(onDuty({ offers: [inside], outbox }), NOON)).toMatchObject({ name: 'job', file: { offer: { status: 'done' } } });
  });

  it('tells of a step that did not count before other work, and shouts unless it was a refusal', () => {
    const told = { id: 'k', user: 'u1', offer: 'o1', step: 'accept', at: NOON, why: 'expired', status: 409, dropped: [], file: null } as const;
    const outbox = { ...onDuty().outbox, told: [told] };
    expect(screenOf(onDuty({ offers: [job], outbox }), NOON)).toEqual({ name: 'refused', told });
    expect(rings({ outbox })).toBe('cancelled');
    expect(rings({ outbox: { ...outbox, told: [{ ...told, step: 'decline' }] } })).toBeNull();
  });

  it('rings for an offer and for a cancelled task', () => {
    expect(rings({ offers: [offered] })).toBe('offer');
    expect(rings({ notices: [cancelled] })).toBe('cancelled');
    expect(rings({ offers: [job] })).toBeNull();
  });
});

describe('what rings at a door', () => {
  const inside = aFile({ status: 'on_scene', word_due_at: at(600) });

  it('is the word that is due, in the last three minutes and after', () => {
    expect(rings({ offers: [inside] })).toBeNull();
    expect(rings({ offers: [inside] }, NOON + 421_000)).toBe('word');
    expect(rings({ offers: [inside] }, NOON + 700_000)).toBe('word');
    const outbox = { ...onDuty().outbox, waiting: [aStep('safe')] };
    expect(rings({ offers: [inside], outbox }, NOON + 700_000)).toBeNull();
  });

  it('is nothing for somebody who called for help, until they are asked again', () => {
    const received = { kind: 'received', at: NOON, number: 1 } as const;
    expect(rings({ offers: [inside], distress: received }, NOON + 700_000)).toBeNull();
    expect(rings({ offers: [aFile()], distress: received })).toBeNull();
    expect(rings({ offers: [aFile({ offered_at: at(5) })], distress: received })).toBe('offer');
    expect(rings({ offers: [aFile({ offered_at: at(5) })], distress: { kind: 'sending', attempt: 1 } })).toBeNull();
  });
});

function rings(more: Parameters<typeof onDuty>[0], now = NOON): ReturnType<typeof ringOf> {
  const state = onDuty(more);
  return ringOf(screenOf(state, now), state, now);
}
