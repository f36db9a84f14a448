import { describe, expect, it } from 'vitest';

import { ticket } from '../testing/samples';
import { newTicketBody } from './new-ticket';
import { ticketsOf } from './senior';

describe('a senior’s tickets', () => {
  const past = ticket({ id: 'past', status: 'closed', handling: 'closed' });

  it('are those in hand, from the feed, and those of the past, from the file', () => {
    const { open, past: before } = ticketsOf('s1', [ticket(), ticket({ id: 'other', senior: 's2' })], [past]);
    expect([open.map(({ id }) => id), before.map(({ id }) => id)]).toEqual([['t1'], ['past']]);
  });

  it('stand once each, as the newer of feed and file has them', () => {
    const inBoth = ticketsOf('s1', [ticket({ seq: 7, handling: 'answered' })], [ticket({ seq: 5 }), past]);
    expect(inBoth.open).toMatchObject([{ id: 't1', handling: 'answered' }]);
    const closedSince = ticketsOf('s1', [ticket({ seq: 5 })], [ticket({ seq: 9, status: 'closed' })]);
    expect(closedSince).toMatchObject({ open: [], past: [{ id: 't1' }] });
  });
});

it('a ticket from a call says that it is from a call', () => {
  expect(newTicketBody('s1', 'consult', ' ')).toEqual({ senior: 's1', channel: 'call', kind: 'consult' });
  expect(newTicketBody('s1', 'call', ' 问充电 ')).toEqual({ senior: 's1', channel: 'call', kind: 'call', note: '问充电' });
});
