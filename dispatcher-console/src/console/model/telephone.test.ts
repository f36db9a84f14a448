import { expect, it } from 'vitest';

import { spokenNumber } from './telephone';

it('groups numbers as people read them out', () => {
  expect(spokenNumber('13800138000')).toBe('138 0013 8000');
  expect(spokenNumber('+86 138-0013-8000')).toBe('138 0013 8000');
  expect(spokenNumber('05962123456')).toBe('0596-212 3456');
  expect(spokenNumber('0596-2123456')).toBe('0596-212 3456');
  expect(spokenNumber('01088886666')).toBe('010-8888 6666');
  expect(spokenNumber('02188886666')).toBe('021-8888 6666');
});

it('leaves alone what it does not surely know', () => {
  for (const number of ['120', '12345', '4008001234', '+4915112345678', '2123456', 'sip:1001', '']) expect(spokenNumber(number)).toBe(number);
});
