import { useState } from 'react';

import type { RegistryResponder } from '../../generated/RegistryResponder';
import type { SelfTest } from '../../generated/SelfTest';
import { LoadFailed } from '../file/LoadFailed';
import { useSpeech } from '../i18n';
import { foundResponders, phoneFaults } from '../model/registry-responder';
import { spokenNumber } from '../model/telephone';
import { useTimes } from '../state/use-district';
import { useWhyFailed } from '../state/why-failed';
import { History } from './History';
import { ResponderForm } from './ResponderForm';
import { useLeave } from './use-leave';
import { useResponders } from './use-registry';

type Where = { id: string } | 'new' | 'list';

/** Aides and rescuers: the list, and one file at a time. */
export function RespondersTab() {
  const { t } = useSpeech();
  const whyFailed = useWhyFailed();
  const [where, setWhere] = useState<Where>('list');
  const [q, setQ] = useState('');
  const { leaveFor, question } = useLeave<Where>('responders', setWhere);
  const all = useResponders();
  const failed = all.isError && <LoadFailed why={whyFailed(all.error)} retry={() => void all.refetch()} />;
  if (all.data === undefined) return failed || <p className="empty">{t('app.loading')}</p>;
  const chosen = where === 'list' || where === 'new' ? null : (all.data.find(({ id }) => id === where.id) ?? null);
  if (where === 'list') {
    return (
      <div className="registry-scroll">
        {failed}
        <div className="registry-search">
          <label className="grow">
            <span>{t('registry.findResponder')}</span>
            <input type="search" value={q} onChange={(event) => setQ(event.target.value)} />
          </label>
          <button type="button" className="button" onClick={() => setWhere('new')}>
            + {t('registry.newResponder')}
          </button>
        </div>
        <ResponderTable responders={foundResponders(all.data, q)} onOpen={(id) => setWhere({ id })} />
      </div>
    );
  }
  return (
    <div className="registry-scroll">
      <div className="registry-head">
        <button type="button" className="button small" onClick={() => leaveFor('list')}>
          ← {t('registry.back')}
        </button>
      </div>
      {question}
      {failed}
      {where === 'new' && <ResponderForm file={null} onSaved={() => setWhere('list')} />}
      {chosen !== null && (
        <>
          <ResponderForm key={chosen.id} file={chosen} onSaved={() => undefined} />
          <History path={`/v1/responders/${chosen.id}`} />
        </>
      )}
    </div>
  );
}

interface ResponderTableProps {
  responders: readonly RegistryResponder[];
  onOpen: (id: string) => void;
}

function ResponderTable({ responders, onOpen }: ResponderTableProps) {
  const { t, word } = useSpeech();
  const { dayAndTime } = useTimes();
  return (
    <table className="registry-table" aria-label={t('registry.responders')}>
      <thead>
        <tr>
          <th scope="col">{t('registry.name')}</th>
          <th scope="col">{t('registry.role')}</th>
          <th scope="col">{t('registry.phone')}</th>
          <th scope="col">{t('registry.travelColumn')}</th>
          <th scope="col">{t('registry.login')}</th>
          <th scope="col">{t('registry.inService')}</th>
          <th scope="col">{t('registry.phoneTest')}</th>
        </tr>
      </thead>
      <tbody>
        {responders.map((one) => (
          <tr key={one.id} data-responder={one.id}>
            <th scope="row">
              <button type="button" className="link-button" aria-label={t('registry.editOf', { name: one.name })} onClick={() => onOpen(one.id)}>
                {one.name}
              </button>
            </th>
            <td>{word('role', one.role)}</td>
            <td className="one-line">{spokenNumber(one.phone)}</td>
            <td>{word('travel', one.travel)}</td>
            <td>{one.usernames.length === 0 ? <span className="doubt">{t('registry.noLogin')}</span> : one.usernames.join(t('registry.and'))}</td>
            <td>
              {one.left_at !== null ? (
                <span className="muted">{t('registry.leftOn', { time: dayAndTime(one.left_at) })}</span>
              ) : (
                t(one.on_duty ? 'registry.onDuty' : 'registry.inService')
              )}
            </td>
            <td>
              <PhoneTest test={one.self_test} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What the person's phone last found of itself: whether it would ring, and lead. */
function PhoneTest({ test }: { test: SelfTest | null }) {
  const { t, word } = useSpeech();
  const { dayAndTime } = useTimes();
  if (test === null) return <span className="muted">{t('registry.phoneUntried')}</span>;
  const faults = phoneFaults(test).map(([part, how]) => `${word('phonePart', part)} ${word('phoneHow', how)}`);
  return (
    <>
      {faults.length === 0 ? t('registry.phoneWorks') : <span className="doubt">{faults.join(t('registry.and'))}</span>}
      <small className="muted"> {dayAndTime(test.at)}</small>
    </>
  );
}
