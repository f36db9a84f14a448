import type { Senior } from '../../generated/Senior';
import { useSpeech } from '../i18n';
import { closeSeniorFile, openDialog } from '../state/desk';
import { Phone } from '../telephone/Phone';

/** Who it is and how to get there, with the way to a ticket. */
export function SeniorHead({ senior }: { senior: Senior }) {
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
          <h2>{senior.name}</h2>
          {senior.age !== null && <span>{t('queue.age', { age: senior.age })}</span>}
          <span>{word('sex', senior.sex)}</span>
          <span>{senior.village}</span>
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
        <button type="button" className="button primary" onClick={() => openDialog('newTicket')}>
          {t('newTicket.open')}
        </button>
        <button type="button" className="button closing" onClick={closeSeniorFile}>
          {t('file.backToQueue')}
        </button>
      </div>
    </>
  );
}
