import { describe, expect, it } from 'vitest';

import type { Ticket } from '../../generated/Ticket';
import { at, ticket } from '../testing/samples';
import { heardAgain, soundingOf } from './alarm';

const byId = (...tickets: Ticket[]): Map<string, Ticket> => new Map(tickets.map((one) => [one.id, one]));

describe('the alarm that sounds', () => {
  it('is the most urgent that nobody owns, of those the longest waiting', () => {
    const tickets = [
      ticket({ id: 'orange', urgency: 2 }),
      ticket({ id: 'red', urgency: 1, times: { received: at(1_000) } }),
      ticket({ id: 'older red', urgency: 1 }),
      ticket({ id: 'owned', urgency: 1, handling: 'answered', owner: 'u1', times: { received: at(-60_000) } }),
    ];
    expect(soundingOf(tickets)?.id).toBe('older red');
  });

  it('is none when everything is owned, or is no alarm', () => {
    expect(soundingOf([ticket({ handling: 'answered', owner: 'u1' }), ticket({ kind: 'equipment' })])).toBeNull();
  });
});

describe('a ticket is heard once more', () => {
  const owned = ticket({ handling: 'answered', owner: 'u1' });

  it('when the key is pressed again, though somebody owns it', () => {
    expect(heardAgain(byId(owned), byId({ ...owned, signals: owned.signals + 1 }))?.id).toBe('t1');
  });

  it('when it climbs to everybody, once for each step', () => {
    const climbed = { ...owned, escalated_to: ['supervisor'] };
    expect(heardAgain(byId(owned), byId(climbed))?.id).toBe('t1');
    expect(heardAgain(byId(climbed), byId({ ...climbed, seq: 99 }))).toBeNull();
  });

  it('but not for an ambulance, nor for what is new and rings anyway', () => {
    expect(heardAgain(byId(owned), byId({ ...owned, escalated_to: ['120'] }))).toBeNull();
    expect(heardAgain(byId(), byId(owned))).toBeNull();
  });
});
