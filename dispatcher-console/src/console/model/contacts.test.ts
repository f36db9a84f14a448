import { expect, test } from 'vitest';

import type { Contact } from '../../generated/Contact';
import { changeChoice } from './contacts';

const contact = (name: string, phone: string): Contact => ({
  name,
  relation: '家人',
  phone,
  kind: 'family',
  hours: null,
  opens_door: false,
  accidental: 'weekly',
});

const plan = { dialect: '闽南话', deaf: false, mute: true, absence: null, advice: '慢慢说' };

function apiWith(contacts: Contact[]) {
  const puts: [string, unknown][] = [];
  return {
    puts,
    get: <T>() => Promise.resolve({ senior: { plan, contacts } } as T),
    put: <T>(path: string, body: object) => {
      puts.push([path, body]);
      return Promise.resolve(undefined as T);
    },
  };
}

test('only the one choice changes, in the file as it is now', async () => {
  const [daughter, son] = [contact('女儿', '1'), contact('儿子', '2')];
  const api = apiWith([daughter, son]);
  expect(await changeChoice(api, 's1', son, 'never')).toBe(true);
  expect(api.puts).toEqual([['/v1/seniors/s1/plan', { ...plan, contacts: [daughter, { ...son, accidental: 'never' }] }]]);
});

test('of a contact that is not there any more nothing is written', async () => {
  const api = apiWith([contact('女儿', '9')]);
  expect(await changeChoice(api, 's1', contact('女儿', '1'), 'daily')).toBe(false);
  expect(api.puts).toEqual([]);
});
