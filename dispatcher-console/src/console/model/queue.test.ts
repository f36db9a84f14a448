import { describe, expect, it } from 'vitest';

import { at, NOON, ticket } from '../testing/samples';
import { isRinging, isWork, ordered, ownerOf, urgencyOf, waitLevel } from './queue';

describe('the queue', () => {
  it('puts the most urgent first, then the newest', () => {
    const tickets = [
      ticket({ id: 'old', times: { received: at(-60_000) } }),
      ticket({ id: 'routine', urgency: 4 }),
      ticket({ id: 'new' }),
      ticket({ id: 'extreme', urgency: 1, times: { received: at(-600_000) } }),
    ];
    expect(ordered(tickets).map(({ id }) => id)).toEqual(['extreme', 'new', 'old', 'routine']);
  });

  it('keeps one order for tickets of the same millisecond', () => {
    const tickets = [ticket({ id: 'a', number: 1 }), ticket({ id: 'b', number: 2 })];
    expect(ordered(tickets).map(({ id }) => id)).toEqual(['b', 'a']);
    expect(ordered(tickets.reverse()).map(({ id }) => id)).toEqual(['b', 'a']);
  });

  it('lets an unanswered alarm age at 15 and 60 seconds', () => {
    const waiting = ticket();
    expect([0, 14_999, 15_000, 59_999, 60_000].map((age) => waitLevel(waiting, NOON + age))).toEqual([0, 0, 1, 1, 2]);
  });

  it('does not age what somebody answered, nor work that is no emergency', () => {
    expect(waitLevel(ticket({ handling: 'answered', owner: 'u1' }), NOON + 600_000)).toBe(0);
    expect(waitLevel(ticket({ kind: 'equipment' }), NOON + 600_000)).toBe(0);
    expect(isRinging(ticket({ kind: 'equipment' }))).toBe(false);
  });

  it('knows work on devices from everything else', () => {
    expect(isWork(ticket({ kind: 'equipment' }))).toBe(true);
    expect(['sos', 'service', 'drill'].some((kind) => isWork(ticket({ kind })))).toBe(false);
  });

  it('says whose a ticket is', () => {
    expect(ownerOf(ticket(), 'u1')).toBe('nobody');
    expect(ownerOf(ticket({ owner: 'u1' }), 'u1')).toBe('me');
    expect(ownerOf(ticket({ owner: 'u2' }), 'u1')).toBe('other');
  });

  it('shows an urgency of a later server as the least urgent', () => {
    expect(urgencyOf(ticket({ urgency: 9 }))).toBe('4');
    expect(urgencyOf(ticket({ urgency: 1 }))).toBe('1');
  });
});
