import { describe, expect, it } from 'vitest';

import type { ImportReport } from '../../generated/ImportReport';
import { ApiError } from '../../shared/api';
import { badRowsOf, choicesOf, columnOf, fileNameOf, whyNoList } from './registry-lists';

function report(changes: Partial<ImportReport>): ImportReport {
  const none = { preview: true, imported: false, rows: 0, new: 0, changed: 0, unchanged: 0, bad: 0, bad_rows: [] };
  return { ...none, encoding: 'utf-8', delimiter: ',', unknown_columns: [], without_login: [], ...changes };
}

const refused = (...errors: unknown[]): ApiError => new ApiError({ status: 422, title: 'x', errors });
const row = (line: number, column: string, code: string, detail = ''): object => ({ line, column, code, detail });

describe('what may be done with a list', () => {
  it('is to put in all of it while no row is bad', () => {
    expect(choicesOf(report({ new: 2 }))).toEqual({ all: true, good: false });
  });

  it('is to put in what is good, and never all, while rows are bad', () => {
    expect(choicesOf(report({ changed: 1, bad: 1 }))).toEqual({ all: false, good: true });
  });

  it('is nothing when nothing in it is new', () => {
    expect(choicesOf(report({ unchanged: 5 }))).toEqual({ all: false, good: false });
    expect(choicesOf(report({ bad: 5 }))).toEqual({ all: false, good: false });
  });
});

describe('a file of another kind', () => {
  it('is told from a list with bad rows', () => {
    expect(whyNoList(refused(row(1, '', 'xlsx')))).toEqual({ code: 'xlsx', columns: '' });
    expect(whyNoList(refused(row(3, 'phone', 'missing')))).toBeNull();
    expect(whyNoList(refused(row(3, '', 'wrong_fields')))).toBeNull();
  });

  it('names the columns it lacks', () => {
    const detail = 'columns are missing: name, sex; the first line has to name the columns';
    expect(whyNoList(refused(row(1, '', 'missing_columns', detail)))).toEqual({ code: 'missing_columns', columns: 'name, sex' });
    expect(whyNoList(refused(row(1, '', 'column_twice', 'the column name is there twice: take one of them out')))?.columns).toBe('name');
  });
});

it('the rows of a refusal are those that are rows', () => {
  expect(badRowsOf(refused(row(3, 'phone', 'missing'), null, { line: 'x' }))).toHaveLength(1);
  expect(badRowsOf(new ApiError({ status: 422, title: 'x' }))).toEqual([]);
});

it('the columns of contacts are numbered', () => {
  expect(columnOf('contact12_opens_door')).toEqual({ contact: 12, name: 'contact_opens_door' });
  expect(columnOf('phone')).toEqual({ contact: null, name: 'phone' });
});

it('an export is named after its day, and no file after anybody', () => {
  expect(fileNameOf('seniors', 'export', '2026-11-23')).toBe('silverbell-seniors-2026-11-23.csv');
  expect(fileNameOf('responders', 'template', '2026-11-23')).toBe('silverbell-responders-template.csv');
});
