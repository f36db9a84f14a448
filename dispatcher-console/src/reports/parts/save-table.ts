import { expire } from '../../console/state/session';

/** How long a table may take, milliseconds: a year of a province is some hundred megabytes. */
const PATIENCE_MS = 300_000;

/** Fetches a report as a table and has the browser save it. Throws when it cannot be had. */
export async function saveTable(path: string, name: string): Promise<void> {
  const answer = await fetch(path, { headers: { accept: 'text/csv' }, credentials: 'same-origin', cache: 'no-store', signal: AbortSignal.timeout(PATIENCE_MS) });
  if (answer.status === 401) expire();
  if (!answer.ok) throw new Error(String(answer.status));
  // A mark at the beginning, so that a spreadsheet reads it as UTF-8.
  const url = URL.createObjectURL(new Blob(['\ufeff', await answer.blob()], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
}
