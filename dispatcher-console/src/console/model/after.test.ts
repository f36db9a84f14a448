import { describe, expect, it } from 'vitest';

import { at, cardLink, death, NOON, ticket } from '../testing/samples';
import { deathStep, followUpBody, hasHandover, isOverdue, linksInOrder, linkState, NO_FOLLOW_UP, opensComplaint, wholeUrl } from './after';

describe('a link to the card', () => {
  it('can be read until it is over or taken back', () => {
    expect(linkState(cardLink(), NOON)).toBe('valid');
    expect(linkState(cardLink(), NOON + 4 * 3_600_000)).toBe('expired');
    expect(linkState(cardLink({ revoked_at: at(1_000) }), NOON)).toBe('revoked');
  });

  it('stands before those that can no longer be read', () => {
    const links = [cardLink({ id: 'old', given_at: at(-1) }), cardLink({ id: 'back', revoked_at: at() }), cardLink({ id: 'new' })];
    expect(linksInOrder(links, NOON).map(({ id }) => id)).toEqual(['new', 'old', 'back']);
  });

  it('is a whole address, also where the service does not know its own name', () => {
    expect(wholeUrl('/card#a.b.c', 'https://sos.example')).toBe('https://sos.example/card#a.b.c');
    expect(wholeUrl('https://own.example/card#a', 'https://sos.example')).toBe('https://own.example/card#a');
  });
});

describe('the panel of the hand-over', () => {
  it('is there for whoever may be handed to others, and for nobody’s question', () => {
    expect(hasHandover(ticket())).toBe(true);
    expect(hasHandover(ticket({ kind: 'wellbeing' }))).toBe(true);
    expect(hasHandover(ticket({ kind: 'consult' }))).toBe(false);
    expect(hasHandover(ticket({ kind: 'consult', death: death() }))).toBe(true);
    expect(hasHandover(ticket({ kind: 'equipment' }))).toBe(false);
  });
});

describe('a death', () => {
  it('is signed by somebody else than who was told', () => {
    expect(deathStep(null, 'u1')).toBe('none');
    expect(deathStep(death(), 'u1')).toBe('waits');
    expect(deathStep(death(), 'u2')).toBe('sign');
    expect(deathStep(death({ signed_at: at() }), 'u2')).toBe('signed');
  });
});

describe('a call back', () => {
  it('takes a grade only of whom was reached', () => {
    expect(followUpBody({ result: 'no_answer', grade: 1, note: ' ' })).toEqual({ result: 'no_answer' });
    expect(followUpBody({ result: 'reached', grade: 5, note: ' 好 ' })).toEqual({ result: 'reached', satisfaction: 5, note: '好' });
    expect(followUpBody({ ...NO_FOLLOW_UP, result: 'by_family' })).toEqual({ result: 'by_family' });
  });

  it('opens a complaint of the two worst grades', () => {
    expect([0, 1, 2, 3].map((grade) => opensComplaint({ result: 'reached', grade, note: '' }))).toEqual([false, true, true, false]);
    expect(opensComplaint({ result: 'no_answer', grade: 1, note: '' })).toBe(false);
  });

  it('is overdue when the server says so or its time has passed', () => {
    const due = { call: 'first', by: at(60_000), tried: 0, attempts: 3, tried_at: null, overdue: false };
    expect(isOverdue(due, NOON)).toBe(false);
    expect(isOverdue(due, NOON + 60_000)).toBe(true);
    expect(isOverdue({ ...due, overdue: true }, NOON)).toBe(true);
  });
});
