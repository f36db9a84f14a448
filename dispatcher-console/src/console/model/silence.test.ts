import { expect, test } from 'vitest';

import type { Senior } from '../../generated/Senior';
import { toTry } from './silence';

const contact = (name: string, kind: string) => ({
  name,
  relation: '',
  phone: '1',
  kind,
  hours: null,
  opens_door: false,
  accidental: 'weekly',
});

const senior = { name: '陈桂兰', phone: '2', contacts: [contact('女儿', 'family'), contact('邻居', 'neighbour'), contact('居委会', 'office')] } as Senior;

test('each step names whom to call', () => {
  const names = (step: string) => toTry(step, senior).map((person) => person.name);
  expect(names('first_call_back')).toEqual([senior.name]);
  expect(names('family')).toEqual(['女儿']);
  expect(names('neighbour')).toEqual(['邻居', '居委会']);
  expect(names('aides')).toEqual([]);
});

test('of a stranger nobody is known', () => {
  expect(toTry('family', null)).toEqual([]);
});
