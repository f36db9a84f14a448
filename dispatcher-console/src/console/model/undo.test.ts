import { describe, expect, it } from 'vitest';

import { at, offer, ticket } from '../testing/samples';
import { undoingOf } from './undo';

const reason = '操作有误';
const done = (path: string, before = ticket(), after = before) => undoingOf({ ticket: 't1', path: `/v1/${path}`, before, after, reason });

describe('what can be taken back', () => {
  it('withdraws an offer to an empty place', () => {
    const after = ticket({ offers: [offer({ id: 'new', responder: 'r2' })] });
    expect(done('tickets/t1/assign', ticket(), after)).toEqual({
      kind: 'undo',
      undo: { ticket: 't1', path: '/v1/offers/new/withdraw', body: { by: 'phone' } },
    });
  });

  it('asks whoever was replaced again', () => {
    const before = ticket({ offers: [offer({ id: 'old', responder: 'r1', status: 'accepted' })] });
    const after = ticket({ offers: [offer({ id: 'old', status: 'withdrawn' }), offer({ id: 'new', responder: 'r2' })] });
    expect(done('tickets/t1/assign', before, after)).toEqual({
      kind: 'undo',
      undo: { ticket: 't1', path: '/v1/tickets/t1/assign', body: { responder: 'r1', as: 'lead' } },
    });
  });

  it('asks whoever had accepted again, not who was only asked beside', () => {
    const before = ticket({ offers: [offer({ id: 'a', responder: 'asked' }), offer({ id: 'b', responder: 'goes', status: 'accepted' })] });
    const after = ticket({ offers: [...before.offers.map((old) => ({ ...old, status: 'withdrawn' })), offer({ id: 'c', responder: 'r9' })] });
    expect(done('tickets/t1/assign', before, after)).toMatchObject({ undo: { body: { responder: 'goes' } } });
  });

  it('asks whoever was withdrawn again', () => {
    const before = ticket({ offers: [offer({ id: 'o1', responder: 'r1', role: 'support' })] });
    expect(done('offers/o1/withdraw', before)).toMatchObject({ kind: 'undo', undo: { body: { responder: 'r1', as: 'support' } } });
  });

  it('opens a closed ticket again, with a reason', () => {
    expect(done('tickets/t1/close')).toMatchObject({ kind: 'undo', undo: { path: '/v1/tickets/t1/reopen', body: { reason } } });
  });

  it('takes a pin out again, also where no place was before; what was taken back has nothing more to take back', () => {
    const of = (source: string) => ticket({ position: { lat: 24.5, lon: 117.6, accuracy_m: 20, source, at: at() } as never });
    expect(done('tickets/t1/place', ticket({ position: null }), of('pin'))).toEqual({ kind: 'undo', undo: { ticket: 't1', path: '/v1/tickets/t1/place', body: { take_back: true } } });
    expect(done('tickets/t1/place', of('pin'), of('gps'))).toBeNull();
    expect(done('tickets/t1/place', of('pin'), ticket({ position: null }))).toBeNull();
  });

  it('leaves an earlier pin alone when the address was found right', () => {
    const pinned = ticket({ position: { lat: 24.5, lon: 117.6, accuracy_m: null, source: 'pin', at: at() } as never });
    expect(done('tickets/t1/place', pinned, pinned)).toBeNull();
  });
});

describe('what cannot be taken back', () => {
  it('is a call that was made, and a note', () => {
    expect(done('tickets/t1/tell-family')).toEqual({ kind: 'never', why: 'family' });
    expect(done('tickets/t1/escalate')).toEqual({ kind: 'never', why: 'called' });
    expect(done('tickets/t1/notes')).toEqual({ kind: 'never', why: 'written' });
  });

  it('is a confirmation that sent held offers; without a hold nobody asks', () => {
    expect(done('tickets/t1/confirm', ticket({ held_until: at(60_000) }))).toEqual({ kind: 'never', why: 'sent' });
    expect(done('tickets/t1/confirm')).toBeNull();
  });

  it('says nothing of what nobody would take back', () => {
    expect(done('tickets/t1/answer')).toBeNull();
    expect(done('offers/o1/accept')).toBeNull();
  });
});
