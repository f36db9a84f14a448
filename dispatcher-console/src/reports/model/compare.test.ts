import { expect, it } from 'vitest';

import { differenceOf } from './compare';

it('more in time is better, longer is worse, more tickets are neither', () => {
  expect(differenceOf(0.98, 0.95, 'more')?.is).toBe('better');
  expect(differenceOf(40, 30, 'less')).toEqual({ by: 10, is: 'worse' });
  expect(differenceOf(3, 5, 'none')).toEqual({ by: -2, is: 'less' });
  expect(differenceOf(3, 3, 'less')?.is).toBe('same');
  expect(differenceOf(0.9504, 0.95, 'more', 0.0005)).toEqual({ by: 0, is: 'same' });
});

it('what is not known is not compared', () => {
  expect(differenceOf(null, 1, 'more')).toBeNull();
  expect(differenceOf(1, null, 'more')).toBeNull();
});
