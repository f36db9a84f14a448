import { describe, expect, it } from 'vitest';

import type { Responder } from '../../generated/Responder';
import { offer, ticket } from '../testing/samples';
import { takersOf } from './keys';

function person(id: string, name: string): Responder {
  return { id, name, role: 'aide', state: 'free', travel: 'ebike', lat: null, lon: null, at: null, ticket: null, out_of_touch_since: null };
}

describe('who may take a key', () => {
  const people = [person('r1', '林'), person('r2', '陈'), person('r3', '白')];

  it('is the team first, then everybody by name', () => {
    const on = ticket({ offers: [offer({ responder: 'r1', status: 'accepted' }), offer({ responder: 'r2', status: 'offered' })] });
    const { team, others } = takersOf(people, on);
    expect(team.map(({ id }) => id)).toEqual(['r1']);
    expect(others.map(({ id }) => id)).toEqual(['r3', 'r2']);
  });

  it('is everybody where there is no ticket', () => {
    expect(takersOf(people, undefined).others).toHaveLength(3);
  });
});
