import { describe, expect, it } from 'vitest';

import { aFile, AIDE, NOON, onDuty } from '../testing/files';
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

  it('rings for an offer and for a cancelled task', () => {
    expect(ringOf(screenOf(onDuty({ offers: [offered] }), NOON))).toBe('offer');
    expect(ringOf(screenOf(onDuty({ notices: [cancelled] }), NOON))).toBe('cancelled');
    expect(ringOf(screenOf(onDuty({ offers: [job] }), NOON))).toBeNull();
  });
});
