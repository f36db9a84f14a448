import type { Senior } from '../../generated/Senior';
import { useSpeech } from '../i18n';
import { closeSeniorFile, openDialog } from '../state/desk';
import { editSenior } from '../state/registry';
import { Phone } from '../telephone/Phone';
import { CommandButton } from '../ui/CommandButton';
import { Face, SetFace } from './Face';

/** Who it is and how to get there, with the way to a ticket. */
export function SeniorHead({ senior, faceAt }: { senior: Senior; faceAt: string | null }) {
  const { t, word } = useSpeech();
  return (
    <>
      <header className="file-head">
        <p className="row-line">
          <span className="kind">{t('file.whole')}</span>
          <span className="muted number">
            {t('file.seniorId')} <span className="device-id">{senior.id}</span>
          </span>
        </p>
        <div className="file-who">
          <Face senior={senior.id} name={senior.name} at={faceAt} />
          <h2>{senior.name}</h2>
          {senior.age !== null && <span>{t('queue.age', { age: senior.age })}</span>}
          <span>{word('sex', senior.sex)}</span>
          <span>{senior.village}</span>
          <SetFace senior={senior.id} at={faceAt} />
          <Phone number={senior.phone} name={senior.name} senior={senior.id} />
        </div>
        <dl className="where">
          <dt>{t('file.address')}</dt>
          <dd>{senior.address}</dd>
          <dt>{t('file.access')}</dt>
          <dd className="access">{senior.access === '' ? t('file.noAccess') : senior.access}</dd>
        </dl>
      </header>
      <div className="actions" role="group" aria-label={t('act.heading')}>
        <CommandButton command="newTicket" className="button primary" onClick={() => openDialog('newTicket')}>
          {t('newTicket.open')}
        </CommandButton>
        <button type="button" className="button" onClick={() => editSenior(senior.id)}>
          {t('header.editFile')}
        </button>
        <CommandButton command="closeSenior" className="button closing" onClick={closeSeniorFile}>
          {t('file.backToQueue')}
        </CommandButton>
      </div>
    </>
  );
}
