import { expect, it } from 'vitest';

import { searchBody } from './search';

it('searches by telephone where it looks like one', () => {
  expect(searchBody('138 5000-0000')).toEqual({ phone: '138 5000-0000' });
  expect(searchBody('0123')).toEqual({ phone: '0123' });
});

it('searches by words for a name, a village or a house number', () => {
  expect(searchBody('陈桂兰')).toEqual({ q: '陈桂兰' });
  expect(searchBody('12')).toEqual({ q: '12' });
  expect(searchBody('步文村 1234')).toEqual({ q: '步文村 1234' });
});
