import { expect, it } from 'vitest';

import { row } from '../testing/rows';
import { COLUMNS, columnsOf, isTheme, THEME_NAMES } from './columns';

it('every column is told of in some table, each once in it', () => {
  const shown = THEME_NAMES.map((theme) => columnsOf(theme).map(({ key }) => key));
  for (const keys of shown) expect(new Set(keys).size).toBe(keys.length);
  expect(new Set(shown.flat())).toEqual(new Set(COLUMNS.map(({ key }) => key)));
  expect(isTheme('times') && !isTheme('toString2')).toBe(true);
});

it('of nothing a table says how many, and makes up no share and no time', () => {
  for (const column of COLUMNS) expect([column.key, column.of(row())]).toEqual([column.key, column.kind === 'count' ? 0 : null]);
});

it('of those who were asked the share who went is told', () => {
  const offers = { asked: 8, accepted: 6, declined: 1, expired: 1, withdrawn: 0 };
  const [share] = COLUMNS.filter(({ key }) => key === 'accepted_share');
  expect(share?.of(row({ offers }))).toBe(0.75);
});
