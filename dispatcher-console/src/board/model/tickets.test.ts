import { describe, expect, it } from 'vitest';

import { at, NOON, offer, ticket } from '../../console/testing/samples';
import { byAge, notThereAfter, nowFigures, overdueSteps, stageOf, waitOf } from './tickets';

const MINUTE_MS = 60_000;
const since = (minutes: number, changes: Parameters<typeof ticket>[0] = {}) =>
  ticket({ ...changes, times: { received: at(-minutes * MINUTE_MS), ...changes.times } });

describe('how far help is', () => {
  it('is as far as whoever has come farthest', () => {
    const offers = [offer({ status: 'declined' }), offer({ status: 'accepted' }), offer({ status: 'offered' })];
    expect(stageOf(ticket({ offers }))).toBe('onTheWay');
    expect(stageOf(ticket({ offers: [...offers, offer({ status: 'escorting' })] }))).toBe('atDoor');
  });

  it('is nowhere while nobody is asked, also when somebody has declined', () => {
    expect(stageOf(ticket({ offers: [offer({ status: 'declined' })] }))).toBe('nobody');
  });

  it('is over when all who were there are done, and is not taken for "nobody sent"', () => {
    expect(stageOf(ticket({ offers: [offer({ status: 'done' })], times: { on_scene: at() } }))).toBe('left');
  });
});

describe('how long an alarm has waited', () => {
  it.each([
    [10, 'fresh'],
    [15, 'fresh'],
    [16, 'over15'],
    [61, 'over60'],
    [181, 'over180'],
  ] as const)('after %i seconds is %s', (age_s, wait) => {
    expect(waitOf(since(age_s / 60), NOON)).toBe(wait);
  });

  it('is nothing once somebody has answered', () => {
    expect(waitOf(since(10, { handling: 'answered' }), NOON)).toBe('none');
  });
});

describe('the list', () => {
  it('has alarms before services, in either part the oldest first, and no work on devices', () => {
    const tickets = [
      since(1, { id: 'new' }),
      since(3_000, { id: 'service', kind: 'service', handling: 'answered' }),
      since(20, { id: 'old' }),
      since(9_000, { id: 'device', kind: 'equipment' }),
    ];
    expect(byAge(tickets).map(({ id }) => id)).toEqual(['old', 'new', 'service']);
  });
});

describe('the figures of now', () => {
  it('count alarms by how far help is, and what waits by the oldest', () => {
    const tickets = [
      since(1),
      since(4, { offers: [offer({ status: 'accepted' })] }),
      since(9, { handling: 'answered', offers: [offer({ status: 'on_scene' })] }),
      since(50, { kind: 'consult', handling: 'answered' }),
      since(50, { kind: 'equipment' }),
    ];
    expect(nowFigures(tickets, NOON)).toEqual({
      unanswered: 2,
      longestWait_ms: 4 * MINUTE_MS,
      stages: { nobody: 1, offered: 0, onTheWay: 1, atDoor: 1, left: 0 },
      others: 1,
    });
  });

  it('say that nobody waits when nobody does', () => {
    expect(nowFigures([], NOON)).toMatchObject({ unanswered: 0, longestWait_ms: null });
  });
});

describe('an emergency that nobody has reached', () => {
  it('is late only after the minutes, and not once somebody was there', () => {
    const tickets = [since(31), since(29), since(40, { times: { on_scene: at() } }), since(90, { kind: 'consult' })];
    expect(notThereAfter(tickets, 30, NOON)).toBe(1);
    expect(notThereAfter(tickets, 10, NOON)).toBe(2);
  });
});

describe('a next step whose time has passed', () => {
  it('is late by the worst of them; a few seconds are the way of the message', () => {
    const next = (late_s: number) => ticket({ next: { what: 'answer', at: at(-late_s * 1000) } });
    expect(overdueSteps([next(3), next(8), next(90), next(-60), ticket()], NOON)).toEqual({ number: 2, worst_ms: 90_000 });
    expect(overdueSteps([], NOON)).toEqual({ number: 0, worst_ms: 0 });
  });
});
