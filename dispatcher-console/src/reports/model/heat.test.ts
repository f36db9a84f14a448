import { expect, it } from 'vitest';

import { shadeOf } from './heat';

it('one call is never drawn as none, and the most is the darkest', () => {
  expect([0, 1, 20, 21, 100].map((number) => shadeOf(number, 100))).toEqual([0, 1, 1, 2, 5]);
  expect(shadeOf(0, 0)).toBe(0);
});
