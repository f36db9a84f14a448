import { describe, expect, it } from 'vitest';

import type { Ticket } from '../../generated/Ticket';
import { at, NOON, ticket } from '../testing/samples';
import { grouped, isFloodAfter, type Item, newcomers } from './flood';
import { ordered } from './queue';

const NOBODY = { me: undefined, openTicket: null };
const owned = { handling: 'answered', owner: 'u2' };
let count = 0;

function of(village: string, changes: Partial<Ticket> = {}): Ticket {
  count += 1;
  const who = { name: '陈桂兰', age: 84, village };
  return ticket({ id: `${village}${count}`, number: count, who, ...changes, times: { received: at(count) } });
}

const wordsOf = (items: Item[]): string[] =>
  items.map((item) => ('ticket' in item ? item.ticket.id : `${item.group.urgency} ${item.group.village} ${item.group.total}/${item.group.unanswered}`));

describe('a flood', () => {
  it('begins with the eleventh ticket within ten minutes', () => {
    const rows = Array.from({ length: 12 }, (_, index) => ticket({ times: { received: at(index < 2 ? -600_000 : -1_000) } }));
    expect(newcomers(rows, NOON)).toBe(10);
    expect([isFloodAfter(false, 10), isFloodAfter(false, 11)]).toEqual([false, true]);
  });

  it('lasts until five are left, so that the list does not regroup back and forth', () => {
    expect([isFloodAfter(true, 11), isFloodAfter(true, 6), isFloodAfter(true, 5)]).toEqual([true, true, false]);
  });
});

describe('the groups of a flood', () => {
  it('are of one urgency and one village, the most urgent first, and what is alone has no head', () => {
    count = 0;
    const rows = ordered([of('文昌村', owned), of('步文村', owned), of('文昌村', owned), of('文昌村', { ...owned, urgency: 1 })]);
    expect(wordsOf(grouped(rows, new Set(), NOBODY))).toEqual(['文昌村4', '2 文昌村 2/0', '步文村2']);
  });

  it('show whoever waits although they are closed, and say since when', () => {
    count = 0;
    const rows = ordered([of('文昌村', owned), of('文昌村'), of('文昌村', owned), of('文昌村')]);
    const items = grouped(rows, new Set(), NOBODY);
    expect(wordsOf(items)).toEqual(['2 文昌村 4/2', '文昌村4', '文昌村2']);
    expect(items[0]).toMatchObject({ group: { oldest: NOON + 2, open: false } });
  });

  it('put the villages where somebody waits before the others', () => {
    count = 0;
    const rows = ordered([of('文昌村'), of('文昌村', owned), of('步文村', owned), of('步文村', owned)]);
    expect(wordsOf(grouped(rows, new Set(), NOBODY))).toEqual(['2 文昌村 2/1', '文昌村1', '2 步文村 2/0']);
  });

  it('never hide an alarm of any urgency that nobody owns, nor what the desk has in hand', () => {
    count = 0;
    const rows = ordered([
      of('文昌村', { ...owned, owner: 'me' }),
      of('文昌村', { ...owned }),
      of('文昌村', { handling: 'answered', owner: null }),
      of('文昌村', { ...owned, id: 'opened' }),
      of('文昌村', { urgency: 4 }),
      of('文昌村', { urgency: 4, kind: 'service' }),
    ]);
    const shown = wordsOf(grouped(rows, new Set(), { me: 'me', openTicket: 'opened' }));
    expect(shown).toEqual(['2 文昌村 4/1', '文昌村3', 'opened', '文昌村1', '4 文昌村 2/1', '文昌村5']);
  });

  it('show everybody once they are opened', () => {
    count = 0;
    const rows = ordered([of('文昌村', owned), of('文昌村')]);
    expect(wordsOf(grouped(rows, new Set(['2/文昌村']), NOBODY))).toEqual(['2 文昌村 2/1', '文昌村2', '文昌村1']);
  });

  it('lose nobody, whatever is in them', () => {
    const villages = ['文昌村', '步文村', ''];
    const rows = ordered(Array.from({ length: 90 }, (_, index) => of(villages[index % 3] ?? '', { urgency: (index % 4) + 1, ...(index % 5 ? owned : {}) })));
    const everything = new Set(['1', '2', '3', '4'].flatMap((urgency) => villages.map((village) => `${urgency}/${village}`)));
    const shown = grouped(rows, everything, NOBODY).flatMap((item) => ('ticket' in item ? [item.ticket.id] : []));
    expect([...shown].sort()).toEqual(rows.map(({ id }) => id).sort());
  });
});
