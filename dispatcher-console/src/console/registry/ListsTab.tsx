import { useState } from 'react';

import { useSpeech } from '../i18n';
import { fileNameOf, type ListKind } from '../model/registry-lists';
import { shownAt } from '../model/local-time';
import { useDistrictQuery } from '../roster/use-roster';
import { api, clock } from '../services';
import { notify } from '../state/desk';
import { useDistrict } from '../state/use-district';
import { useTellFailure } from '../state/use-send';
import { ApiError } from '../../shared/api';
import { ImportList } from './ImportList';

const DOWNLOADS = [
  ['seniors', 'export', 'registry.exportSeniors'],
  ['responders', 'export', 'registry.exportResponders'],
  ['seniors', 'template', 'registry.templateSeniors'],
  ['responders', 'template', 'registry.templateResponders'],
] as const;

/** Lists of people, in and out. */
export function ListsTab() {
  const { t } = useSpeech();
  return (
    <div className="registry-scroll">
      <section className="registry-section" aria-labelledby="import-heading">
        <h3 id="import-heading">{t('registry.importHeading')}</h3>
        <p className="muted">{t('registry.importHint')}</p>
        <ImportList />
      </section>
      <Downloads />
    </div>
  );
}

/** Lists out. Where they go from here nobody can follow, so who took them is put down. */
function Downloads() {
  const { t } = useSpeech();
  const district = useDistrictQuery();
  const zone = useDistrict().data?.time_zone ?? 'UTC';
  const tellFailure = useTellFailure();
  const [busy, setBusy] = useState(false);

  async function download(kind: ListKind, what: 'export' | 'template'): Promise<void> {
    setBusy(true);
    try {
      const query = what === 'export' ? `?${new URLSearchParams(district).toString()}` : '';
      const name = fileNameOf(kind, what, shownAt(clock.now(), zone).day);
      save(await api.blob(`/v1/${kind}/${what}${query}`), name);
      notify('good', t('registry.downloaded', { file: name }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      tellFailure(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <section className="registry-section" aria-labelledby="export-heading">
      <h3 id="export-heading">{t('registry.exportHeading')}</h3>
      <p className="doubt">{t('registry.exportHint')}</p>
      <p className="item-buttons">
        {DOWNLOADS.map(([kind, what, words]) => (
          <button key={words} type="button" className="button" disabled={busy} onClick={() => void download(kind, what)}>
            {t(words)}
          </button>
        ))}
      </p>
    </section>
  );
}

function save(bytes: Blob, name: string): void {
  const address = URL.createObjectURL(bytes);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken the bytes by the next turn; the address must not outlive them.
  setTimeout(() => URL.revokeObjectURL(address), 1_000);
}
