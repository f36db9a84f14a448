import type { BadRow } from '../../generated/BadRow';
import type { ImportReport } from '../../generated/ImportReport';
import type { ApiError } from '../../shared/api';

/** The server takes no larger lists. */
export const MAX_LIST_BYTES = 16 * 1024 * 1024;

export type ListKind = 'seniors' | 'responders';

/** What may be done with a list that was looked at. */
export interface Choices {
  /** All of it: no row is bad. */
  all: boolean;
  /** What is good of it. */
  good: boolean;
}

/** Returns what may be done with a list: all or nothing, unless bad rows are skipped. */
export function choicesOf(report: ImportReport): Choices {
  const wanted = report.new + report.changed > 0;
  return { all: wanted && report.bad === 0, good: wanted && report.bad > 0 };
}

/** A column of a list; those of contacts are numbered. */
export interface Column {
  contact: number | null;
  name: string;
}

export function columnOf(column: string): Column {
  const numbered = /^contact(\d+)_(\w+)$/.exec(column);
  return numbered === null ? { contact: null, name: column } : { contact: Number(numbered[1]), name: `contact_${numbered[2] ?? ''}` };
}

/** Returns the rows that a refusal names, empty when it names none. */
export function badRowsOf(error: ApiError): BadRow[] {
  return Array.isArray(error.errors) ? error.errors.filter(isBadRow) : [];
}

function isBadRow(value: unknown): value is BadRow {
  const row = value as Partial<Record<keyof BadRow, unknown>> | null;
  return typeof row === 'object' && typeof row?.line === 'number' && typeof row.column === 'string' && typeof row.code === 'string';
}

/** What a file may be instead of a list of the right columns. */
const NO_LIST = ['empty', 'xlsx', 'xls', 'pdf', 'html', 'not_text', 'missing_columns', 'column_twice', 'too_many_rows'];

/** Returns why a file is no list at all, null when it is one with bad rows. */
export function whyNoList(error: ApiError): { code: string; columns: string } | null {
  const [first, second] = badRowsOf(error);
  if (first === undefined || second !== undefined || first.column !== '' || !NO_LIST.includes(first.code)) return null;
  // The names of columns stand in the words only: `columns are missing: name, sex; the first line…`
  const columns = /(?:missing: |the column )([\w, ]+?)(?:;| is there twice)/.exec(first.detail)?.[1] ?? '';
  return { code: first.code, columns };
}

/** Returns the name of a file to save a list as, with the day on which it was taken. */
export function fileNameOf(kind: ListKind, what: 'export' | 'template', day: string): string {
  return what === 'export' ? `silverbell-${kind}-${day}.csv` : `silverbell-${kind}-template.csv`;
}
