import { useId, useState } from 'react';

import { LoadFailed } from '../file/LoadFailed';
import { useSpeech } from '../i18n';
import { useTimes } from '../state/use-district';
import { useWhyFailed } from '../state/why-failed';
import { useChanges } from './use-registry';

/** The name by which the server calls a command typed on it. */
const COMMAND_LINE = 'command line';

/** Who changed a file when, and which fields. */
export function History({ path }: { path: string }) {
  const { t, word } = useSpeech();
  const id = useId();
  const { dayAndTime } = useTimes();
  const whyFailed = useWhyFailed();
  const [open, setOpen] = useState(false);
  const changes = useChanges(path, open);
  return (
    <section className="registry-section" aria-labelledby={id}>
      <h3 id={id}>{t('registry.history')}</h3>
      <p className="muted small-print">{t('registry.historyHint')}</p>
      {!open && (
        <button type="button" className="button small" onClick={() => setOpen(true)}>
          {t('registry.showHistory')}
        </button>
      )}
      {changes.isError && <LoadFailed why={whyFailed(changes.error)} retry={() => void changes.refetch()} />}
      {changes.data?.length === 0 && <p className="muted">{t('registry.noHistory')}</p>}
      <ol className="history">
        {changes.data?.map((line) => (
          <li key={line.id}>
            <time>{dayAndTime(line.at)}</time> <strong>{line.by === COMMAND_LINE ? t('registry.commandLine') : line.by}</strong> {word('registryAct', line.act)}{' '}
            <span className="muted">{line.fields.map((field) => word('registryField', field)).join(t('registry.and'))}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
