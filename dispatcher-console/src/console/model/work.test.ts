import { expect, it } from 'vitest';

import { at, ticket, work } from '../testing/samples';
import { troublesOf, villagesOf, visitOrder } from './work';

const devices = [
  work({ id: 'a', village: '林墩村', since: at(-1_000) }),
  work({ id: 'b', village: '步文村', trouble: 'low_battery' }),
  work({ id: 'c', village: '林墩村', since: at(-9_000) }),
  work({ id: 'd', village: '' }),
];

it('counts the troubles, the commonest first', () => {
  expect(troublesOf(ticket({ devices }))).toEqual([
    { trouble: 'silent', count: 3 },
    { trouble: 'low_battery', count: 1 },
  ]);
  expect(troublesOf(ticket())).toEqual([]);
});

it('names each village once, and none that is not known', () => {
  expect(villagesOf(ticket({ devices }))).toEqual(['林墩村', '步文村']);
});

it('lists devices village by village, who is longest without first', () => {
  const order = visitOrder(devices).map(({ id }) => id);
  expect(order.indexOf('a') - order.indexOf('c')).toBe(1);
  expect(order).toHaveLength(4);
});
