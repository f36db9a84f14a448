import { expect, it } from 'vitest';

import { isOfTime, lineOf, placeOf } from './chart';

it('groups of time have a place on the axis, whatever the PC’s clock is set to', () => {
  expect(placeOf('1970-01-02')).toBe(86_400);
  expect(placeOf('1970-01-01T02:00')).toBe(7_200);
  expect(placeOf('1970-02')).toBe(31 * 86_400);
  expect(placeOf('unknown')).toBeNaN();
  expect(isOfTime('week') && !isOfTime('ring')).toBe(true);
});

it('a day without a ticket is a gap and not a line drawn across it', () => {
  const line = lineOf('day', [
    { key: '1970-01-02', value: 3 },
    { key: '1970-01-05', value: 1 },
  ]);
  expect(line).toEqual([
    [86_400, 172_800, 259_200, 345_600],
    [3, null, null, 1],
  ]);
});

it('months are as long as they are', () => {
  expect(lineOf('month', [{ key: '1970-01', value: 1 }, { key: '1970-03', value: 2 }])[0]).toEqual([0, 59 * 86_400]);
});
