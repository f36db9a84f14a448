import { useQueryClient } from '@tanstack/react-query';
import { type ChangeEvent, useState } from 'react';

import type { BadRow } from '../../generated/BadRow';
import type { ImportReport } from '../../generated/ImportReport';
import { ApiError } from '../../shared/api';
import { uuid } from '../../shared/uuid';
import { useSpeech } from '../i18n';
import { badRowsOf, choicesOf, type ListKind, MAX_LIST_BYTES, whyNoList } from '../model/registry-lists';
import { useDistrictQuery } from '../roster/use-roster';
import { api } from '../services';
import { useTellFailure } from '../state/use-send';
import { BadRows } from './BadRows';
import { renewRegistry } from './use-registry';

/** A list that was chosen; its bytes are read once, so that what was looked at is what is put in. */
interface Chosen {
  name: string;
  bytes: Blob;
}

type Came =
  | { kind: 'nothing' }
  | { kind: 'refused'; why: string; columns: string; rows: BadRow[] }
  | { kind: 'report'; report: ImportReport };

/** Puts in a list: looked at first, and nothing is written before somebody says so. */
export function ImportList() {
  const { t, word } = useSpeech();
  const client = useQueryClient();
  const district = useDistrictQuery();
  const tellFailure = useTellFailure();
  const [list, setList] = useState<ListKind>('seniors');
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [came, setCame] = useState<Came>({ kind: 'nothing' });
  const [busy, setBusy] = useState(false);

  async function choose(event: ChangeEvent<HTMLInputElement>): Promise<void> {
    const file = event.target.files?.[0];
    event.target.value = ''; // the same file, mended, may be chosen again
    if (file === undefined) return;
    if (file.size > MAX_LIST_BYTES) return refuse(t('registry.tooLarge'));
    const bytes = new Blob([await file.arrayBuffer()]);
    const next = { name: file.name, bytes };
    setChosen(next);
    await send(next, { preview: 'true' });
  }

  function refuse(why: string, columns = '', rows: BadRow[] = []): void {
    setCame({ kind: 'refused', why, columns, rows });
  }

  async function send({ bytes }: Chosen, how: Record<string, string>): Promise<void> {
    if (busy) return;
    setBusy(true);
    const query = new URLSearchParams({ ...district, ...how });
    try {
      const report = await api.postBytes<ImportReport>(`/v1/${list}/import?${query.toString()}`, bytes, uuid());
      setCame({ kind: 'report', report });
      if (report.imported) renewRegistry(client);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      explain(error, how['preview'] === 'true');
    } finally {
      setBusy(false);
    }
  }

  function explain(error: ApiError, isPreview: boolean): void {
    const none = error.status === 422 ? whyNoList(error) : null;
    if (none !== null) return refuse(word('registryFault', none.code), none.columns);
    if (error.status === 422) return refuse(t('registry.nothingIn'), '', badRowsOf(error));
    if (error.status === 413) return refuse(t('registry.tooLarge'));
    if (error.status === 409) return refuse(t('registry.importMoved'));
    if (error.unreachable && !isPreview) return refuse(t('registry.importUnknown'));
    tellFailure(error);
  }

  return (
    <form aria-label={t('registry.importHeading')} onSubmit={(event) => event.preventDefault()}>
      <fieldset className="import-kind">
        <legend>{t('registry.importKind')}</legend>
        {(['seniors', 'responders'] as const).map((kind) => (
          <label key={kind} className="choice">
            <input
              type="radio"
              name="import-kind"
              checked={list === kind}
              onChange={() => {
                setList(kind);
                setChosen(null);
                setCame({ kind: 'nothing' });
              }}
            />
            <span>{t(`registry.${kind}`)}</span>
          </label>
        ))}
      </fieldset>
      <label className="button file-button">
        <input type="file" accept=".csv,text/csv,text/plain" disabled={busy} onChange={(event) => void choose(event)} />
        <span>{t(busy ? 'registry.looking' : chosen === null ? 'registry.file' : 'registry.otherFile')}</span>
      </label>
      <div aria-live="polite">
        {came.kind === 'refused' && (
          <div className="import-refused">
            <h4>
              {t('registry.notTaken')} {chosen?.name}
            </h4>
            <p className="fault">{came.why}</p>
            {came.columns !== '' && <p>{t('registry.columnsNamed', { columns: came.columns })}</p>}
            {came.rows.length > 0 && <BadRows rows={came.rows} />}
          </div>
        )}
        {came.kind === 'report' && chosen !== null && <Report report={came.report} name={chosen.name} busy={busy} onPut={(how) => void send(chosen, how)} />}
      </div>
    </form>
  );
}

interface ReportProps {
  report: ImportReport;
  name: string;
  busy: boolean;
  onPut: (how: Record<string, string>) => void;
}

/** What would come of a list, or has; and what may be done with it. */
function Report({ report, name, busy, onPut }: ReportProps) {
  const { t } = useSpeech();
  const { all, good } = choicesOf(report);
  if (report.imported) {
    const { without_login } = report;
    return (
      <div className="import-done" data-import="done">
        <p>
          <strong>{t('registry.imported', { new: report.new, changed: report.changed, same: report.unchanged, bad: report.bad })}</strong>
        </p>
        {without_login.length > 0 && (
          <p>{t('registry.withoutLogin', { names: without_login.map(({ username }) => username).join(t('registry.and')) })}</p>
        )}
      </div>
    );
  }
  return (
    <div className="import-preview" data-import="preview">
      <h4>{t('registry.previewOf', { file: name })}</h4>
      <ul className="import-counts">
        <li data-count="rows">{t('registry.rows', { rows: report.rows })}</li>
        <li data-count="new">{t('registry.newRows', { number: report.new })}</li>
        <li data-count="changed">{t('registry.changedRows', { number: report.changed })}</li>
        <li data-count="same">{t('registry.sameRows', { number: report.unchanged })}</li>
        <li data-count="bad" className={report.bad > 0 ? 'fault' : undefined}>
          {t('registry.badRows', { number: report.bad })}
        </li>
      </ul>
      <p className="muted small-print">{t('registry.readAs', { encoding: report.encoding.toUpperCase() })}</p>
      {report.unknown_columns.length > 0 && (
        <p className="doubt">{t('registry.unknownColumns', { columns: report.unknown_columns.join(t('registry.and')) })}</p>
      )}
      {report.bad_rows.length > 0 && <BadRows rows={report.bad_rows} />}
      {good && <p>{t('registry.importStop')}</p>}
      {!all && !good && <p>{t('registry.importNothing')}</p>}
      <p className="item-buttons">
        {all && (
          <button type="button" className="button primary" disabled={busy} onClick={() => onPut({})}>
            {t('registry.importAll')}
          </button>
        )}
        {good && (
          <button type="button" className="button warn" disabled={busy} onClick={() => onPut({ skip_bad: 'true' })}>
            {t('registry.importGood', { number: report.new + report.changed })}
          </button>
        )}
      </p>
    </div>
  );
}
