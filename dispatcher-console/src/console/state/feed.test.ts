import { describe, expect, it } from 'vitest';

import { at, ticket } from '../testing/samples';
import { apply, NOTHING_KNOWN, withPositions, withTicket } from './feed';

const aide = { id: 'r1', name: '林', role: 'aide', state: 'free', travel: 'ebike', lat: 1, lon: 1, at: at(), ticket: null };
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
