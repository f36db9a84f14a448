import { describe, expect, it } from 'vitest';

import { at, NOON, offer, ticket } from '../testing/samples';
import { arrivesIn_ms, askedBefore, current, isActive, searchOf, stepOf, teamOf } from './team';

describe('the team', () => {
  it('counts whoever was asked twice as one person', () => {
    const expired = (id: string, responder: string) => offer({ id, responder, status: 'expired' });
    const [lead] = teamOf(ticket({ offers: [expired('o1', 'r1'), expired('o2', 'r1'), expired('o3', 'r2')] }));
    expect(lead.past).toHaveLength(3);
    expect(askedBefore(lead)).toBe(2);
  });

  it('is a lead and a support, asked or not', () => {
    const [lead, support] = teamOf(ticket({ offers: [offer()] }));
    expect(lead.asked).toHaveLength(1);
    expect(support).toEqual({ place: 'support', holder: null, asked: [], past: [] });
  });

  it('puts whoever accepted before whoever is still asked or was asked', () => {
    const [lead] = teamOf(
      ticket({
        offers: [
          offer({ id: 'late', status: 'expired' }),
          offer({ id: 'goes', status: 'accepted', accepted_at: at() }),
          offer({ id: 'asked' }),
        ],
      }),
    );
    expect(current(lead).map(({ id }) => id)).toEqual(['goes', 'asked']);
    expect(lead.past.map(({ id }) => id)).toEqual(['late']);
  });

  it('prefers somebody still bound to somebody whose part is done', () => {
    const [lead] = teamOf(
      ticket({ offers: [offer({ id: 'done', status: 'done' }), offer({ id: 'goes', status: 'on_scene' })] }),
    );
    expect(lead.holder?.id).toBe('goes');
    expect(lead.past.map(({ id }) => id)).toEqual(['done']);
  });

  it('tells setting out and meeting the senior from the times', () => {
    expect(stepOf(offer({ status: 'accepted' }))).toBe('accepted');
    expect(stepOf(offer({ status: 'accepted', departed_at: at() }))).toBe('departed');
    expect(stepOf(offer({ status: 'on_scene' }))).toBe('on_scene');
    expect(stepOf(offer({ status: 'on_scene', with_senior_at: at() }))).toBe('with_senior');
  });

  it('counts active offers as the domain does', () => {
    const active = ['offered', 'accepted', 'on_scene', 'escorting', 'done', 'declined', 'expired', 'withdrawn'].filter(
      (status) => isActive(offer({ status })),
    );
    expect(active).toEqual(['offered', 'accepted', 'on_scene', 'escorting']);
  });

  it('counts the way from accepting, and says when it took too long', () => {
    const goes = offer({ status: 'accepted', accepted_at: at(10_000), eta_s: 300 });
    expect(arrivesIn_ms(goes, NOON + 10_000)).toBe(300_000);
    expect(arrivesIn_ms(goes, NOON + 370_000)).toBe(-60_000);
    expect(arrivesIn_ms(offer(), NOON)).toBeNull();
  });
});

describe('the search', () => {
  it('goes on for an alarm that nobody doubts', () => {
    expect(searchOf(ticket())).toBe('on');
  });

  it('is held for the unknown and the unverified until somebody vouches', () => {
    expect(searchOf(ticket({ senior: null, flags: ['unknown_device'] }))).toBe('held');
    expect(searchOf(ticket({ flags: ['unverified'] }))).toBe('held');
    expect(searchOf(ticket({ flags: ['unverified'], times: { confirmed: at() } }))).toBe('on');
  });

  it('is over when the ticket is closed', () => {
    expect(searchOf(ticket({ status: 'closed' }))).toBe('over');
  });
});
