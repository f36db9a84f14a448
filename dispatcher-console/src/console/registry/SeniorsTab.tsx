import { useEffect, useState } from 'react';

import { LoadFailed } from '../file/LoadFailed';
import { useSpeech } from '../i18n';
import { useSeniorFile } from '../senior/use-senior-file';
import { openSeniorFile } from '../state/desk';
import { takeWanted, useRegistryDesk } from '../state/registry';
import { useWhyFailed } from '../state/why-failed';
import { History } from './History';
import { SeniorDevices } from './SeniorDevices';
import { SeniorForm } from './SeniorForm';
import { SeniorList } from './SeniorList';
import { useLeave } from './use-leave';

/** A file by its id, a new one, or the list. */
type Where = { id: string } | 'new' | 'list';

/** Seniors: the list, and one file at a time. The list stays as it was, behind the file. */
export function SeniorsTab() {
  const { t } = useSpeech();
  const wanted = useRegistryDesk((desk) => desk.wanted);
  const [where, setWhere] = useState<Where>('list');
  const { leaveFor, question } = useLeave<Where>('seniors', setWhere);
  useEffect(() => {
    if (wanted === null) return;
    takeWanted();
    if (where === 'list' || where === 'new' || where.id !== wanted) leaveFor({ id: wanted });
  }, [wanted]);
  return (
    <>
      <div hidden={where !== 'list'} className="registry-scroll">
        <SeniorList onOpen={(id) => setWhere({ id })} onNew={() => setWhere('new')} />
      </div>
      {where !== 'list' && (
        <div className="registry-scroll">
          <div className="registry-head">
            <button type="button" className="button small" onClick={() => leaveFor('list')}>
              ← {t('registry.back')}
            </button>
            {where !== 'new' && (
              <button type="button" className="button small quiet" onClick={() => openSeniorFile(where.id)}>
                {t('registry.openFile')}
              </button>
            )}
          </div>
          {question}
          {where === 'new' ? <SeniorForm file={null} onSaved={({ id }) => setWhere({ id })} /> : <SeniorEditor key={where.id} id={where.id} />}
        </div>
      )}
    </>
  );
}

function SeniorEditor({ id }: { id: string }) {
  const { t } = useSpeech();
  const whyFailed = useWhyFailed();
  const file = useSeniorFile(id);
  const failed = file.isError && <LoadFailed why={whyFailed(file.error)} retry={() => void file.refetch()} />;
  if (file.data === undefined) return failed || <p className="empty">{t('file.loading')}</p>;
  return (
    <>
      {failed}
      <SeniorForm file={file.data.senior} onSaved={() => undefined} />
      <SeniorDevices senior={file.data.senior} devices={file.data.devices} />
      <section className="registry-section">
        <h3>{t('registry.keysOf')}</h3>
        <p className="muted">{t('registry.keysHint')}</p>
        <button type="button" className="button small" onClick={() => openSeniorFile(id)}>
          {t('registry.openFile')}
        </button>
      </section>
      <History path={`/v1/seniors/${id}`} />
    </>
  );
}
