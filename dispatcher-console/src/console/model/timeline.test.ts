import { describe, expect, it } from 'vitest';

import { at } from '../testing/samples';
import { detailsOf, shownOf } from './timeline';

const entry = (event: string, data: Record<string, unknown>) => ({ seq: 1, at: at(), event, by: 'machine', data });

describe('the timeline', () => {
  it('says who was offered which place', () => {
    expect(detailsOf(entry('offered', { responder: 'r1', role: 'lead', eta: { s: 300 } }))).toEqual([
      { kind: 'responder', id: 'r1' },
      { kind: 'word', group: 'role', code: 'lead' },
    ]);
  });

  it('says what a round gained in the narrowest ring that differs', () => {
    const round = {
      seniors: 12,
      rings_min: [10, 20, 30],
      plain: { inside: [4, 7, 9] },
      round: { inside: [4, 9, 12] },
    };
    const said = detailsOf(entry('offered', { responder: 'r1', role: 'lead', round }));
    expect(said.at(-1)).toEqual({ kind: 'round', seniors: 12, within_min: 20, inside: 9, plain: 7 });
  });

  it('says to whom it was escalated, why, and their reference', () => {
    expect(detailsOf(entry('escalated', { to: '120', why: 'by_hand', reference: '0421', note: null }))).toEqual([
      { kind: 'word', group: 'target', code: '120' },
      { kind: 'word', group: 'escalatedWhy', code: 'by_hand' },
      { kind: 'text', text: '0421' },
    ]);
  });

  it('survives an event and facts of a later server', () => {
    expect(detailsOf(entry('teleported', { note: '好', speed: 7, responder: null }))).toEqual([{ kind: 'text', text: '好' }]);
  });

  it('says how many devices were listed', () => {
    expect(detailsOf(entry('devices_listed', { devices: [{}, {}, {}] }))).toEqual([{ kind: 'devices', count: 3 }]);
  });

  it('says which way a call went and what came of it, once it is over', () => {
    expect(detailsOf(entry('called', { call: 'c1', outgoing: true, result: null }))).toEqual([
      { kind: 'word', group: 'direction', code: 'out' },
    ]);
    expect(detailsOf(entry('called', { call: 'c1', outgoing: false, result: 'abandoned' }))).toEqual([
      { kind: 'word', group: 'direction', code: 'in' },
      { kind: 'word', group: 'callResult', code: 'abandoned' },
    ]);
  });
});

describe('what comes after the door', () => {
  it('says in whose hands the senior is', () => {
    expect(detailsOf(entry('handed_over', { step: 'at_hospital', hospital: '漳州市医院', note: null }))).toEqual([
      { kind: 'word', group: 'handoverStep', code: 'at_hospital' },
      { kind: 'text', text: '漳州市医院' },
    ]);
  });

  it('says to whom a link was given, until when, and by whom the card was read', () => {
    expect(detailsOf(entry('card_shared', { link: 'l1', to: '120', expires_at: 1_795_000_000_000 }))).toEqual([
      { kind: 'text', text: '120' },
      { kind: 'until', at: 1_795_000_000_000 },
    ]);
    expect(detailsOf(entry('card_read', { link: 'l1', to: '漳州市医院' }))).toEqual([{ kind: 'text', text: '漳州市医院' }]);
  });

  it('says who confirmed a death, and by which reference', () => {
    expect(detailsOf(entry('death_stated', { confirmed_by: '120', reference: '林医生 3021' }))).toEqual([
      { kind: 'word', group: 'target', code: '120' },
      { kind: 'text', text: '林医生 3021' },
    ]);
  });

  it('says what came of a call back, and which was given up', () => {
    expect(detailsOf(entry('followed_up', { result: 'reached', satisfaction: 4, note: '好' }))).toEqual([
      { kind: 'word', group: 'callBackResult', code: 'reached' },
      { kind: 'word', group: 'grade', code: '4' },
      { kind: 'text', text: '好' },
    ]);
    expect(detailsOf(entry('reviewed', { cause: 'door', note: '门禁' }))).toEqual([
      { kind: 'word', group: 'reviewCause', code: 'door' },
      { kind: 'text', text: '门禁' },
    ]);
    expect(detailsOf(entry('call_back_given_up', { call: 'first', tried: 3 }))).toEqual([
      { kind: 'word', group: 'callBackWhich', code: 'first' },
      { kind: 'tried', times: 3 },
    ]);
  });

  it('says what was asked for at the door', () => {
    expect(detailsOf(entry('help_asked', { offer: 'o1', responder: 'r1', what: 'ambulance' }))).toEqual([
      { kind: 'responder', id: 'r1' },
      { kind: 'word', group: 'helpWanted', code: 'ambulance' },
    ]);
  });

  it('says why somebody should not have gone in alone', () => {
    expect(detailsOf(entry('entered_alone', { offer: 'o1', responder: 'r1', why: ['night', 'danger'] }))).toEqual([
      { kind: 'responder', id: 'r1' },
      { kind: 'word', group: 'waitReason', code: 'night' },
      { kind: 'word', group: 'waitReason', code: 'danger' },
    ]);
  });
});

describe('the messages of a ticket', () => {
  const message = (seq: number, id: string, state: string) => ({
    ...entry('message', { message: { id, whom: 'contact', name: '林秋红', relation: '女儿', channel: 'sms', text: 'family_confirmed', state } }),
    seq,
  });

  it('are a line each, with how far they have come', () => {
    const shown = shownOf([message(1, 'm1', 'queued'), message(2, 'm2', 'queued'), entry('answered', {}), message(4, 'm1', 'sent')]);
    expect(shown.map(({ seq }) => seq)).toEqual([2, 1, 4]);
  });

  it('say what, to whom, by which way and how far', () => {
    expect(detailsOf(message(1, 'm1', 'failed'))).toEqual([
      { kind: 'word', group: 'messageText', code: 'family_confirmed' },
      { kind: 'text', text: '林秋红 女儿' },
      { kind: 'word', group: 'channel', code: 'sms' },
      { kind: 'word', group: 'messageState', code: 'failed' },
    ]);
  });
});
