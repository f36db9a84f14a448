import { describe, expect, it } from 'vitest';

import type { TimelineEntry } from '../../generated/TimelineEntry';
import { at } from '../testing/samples';
import { toldOf } from './told';

const message = (seq: number, changes: Record<string, unknown>): TimelineEntry => ({
  seq,
  at: at(seq * 1_000),
  event: 'message',
  by: 'machine',
  data: { message: { id: 'm1', name: '陈女儿', relation: '女儿', channel: 'sms', text: 'family_confirmed', state: 'queued', ...changes } },
});

describe('who was told', () => {
  it('stands where its last word left it', () => {
    const [one, ...more] = toldOf([message(1, {}), message(2, { state: 'sent' }), message(3, { state: 'delivered' })]);
    expect(more).toEqual([]);
    expect(one).toMatchObject({ name: '陈女儿', state: 'delivered', arrived: 'yes', at: at(3_000) });
  });

  it('tells what arrived from what did not and what nobody knows', () => {
    const told = toldOf([message(1, { id: 'a', state: 'failed' }), message(2, { id: 'b', state: 'sent' }), message(3, { id: 'c', state: 'answered' })]);
    expect(told.map(({ key, arrived }) => [key, arrived])).toEqual([
      ['c', 'yes'],
      ['b', 'unknown'],
      ['a', 'no'],
    ]);
  });

  it('is nobody where there was no message', () => {
    expect(toldOf([{ ...message(1, {}), event: 'noted', data: {} }])).toEqual([]);
  });
});
