import type { Senior } from '../../generated/Senior';
import type { Ticket } from '../../generated/Ticket';
import { ticking } from '../../shared/format';
import { useSpeech } from '../i18n';
import { isRinging, ownerOf, receivedAt, urgencyOf, waitLevel } from '../model/queue';
import { openSeniorFile } from '../state/desk';
import { useNow } from '../state/now';
import { useSession } from '../state/session';
import { useTimes } from '../state/use-district';
import { Phone } from '../telephone/Phone';
import { UrgencyMark } from '../ui/UrgencyMark';
import { PlaceLine } from './PlaceLine';

interface FileHeadProps {
  ticket: Ticket;
  senior: Senior | null;
  name: string;
}

/** What must be seen in the first second: who, how to call, where, how to get in. */
export function FileHead({ ticket, senior, name }: FileHeadProps) {
  const { t, word } = useSpeech();
  const { timeOfDay } = useTimes();
  const now = useNow();
  const age = senior?.age ?? ticket.who.age;
  return (
    <header className={`file-head edge-u${urgencyOf(ticket)}`} data-ringing={isRinging(ticket)}>
      <p className="row-line">
        <UrgencyMark urgency={urgencyOf(ticket)} />
        <span className="kind">{word('kind', ticket.kind)}</span>
        <HandlingWord ticket={ticket} />
        <span className="muted number">
          {t('file.number', { number: ticket.number })} · {t('file.since', { time: timeOfDay(receivedAt(ticket)) })}
        </span>
        {ticket.status === 'open' && (
          <time className={`age big wait${waitLevel(ticket, now)}`}>{ticking(now - receivedAt(ticket))}</time>
        )}
      </p>
      <div className="file-who">
        <h2>{name}</h2>
        {age !== null && <span>{t('queue.age', { age })}</span>}
        {senior !== null && <span>{word('sex', senior.sex)}</span>}
        {ticket.who.village !== null && <span>{ticket.who.village}</span>}
        {senior !== null && (
          <button type="button" className="button small" onClick={() => openSeniorFile(senior.id)}>
            {t('file.whole')}
          </button>
        )}
        {senior !== null && <Phone number={senior.phone} name={name} senior={senior.id} ticket={ticket.id} />}
      </div>
      {ticket.senior === null && <p className="unknown-hint">{t('file.unknownHint')}</p>}
      <dl className="where">
        {senior !== null && (
          <>
            <dt>{t('file.address')}</dt>
            <dd>{senior.address}</dd>
            <dt>{t('file.access')}</dt>
            <dd className="access">{senior.access === '' ? t('file.noAccess') : senior.access}</dd>
          </>
        )}
        <dt>{t('file.position')}</dt>
        <dd>
          <PlaceLine placed={ticket} />
        </dd>
      </dl>
    </header>
  );
}

function HandlingWord({ ticket }: { ticket: Ticket }) {
  const { t, word } = useSpeech();
  const me = useSession((session) => session.user?.id);
  const owner = ownerOf(ticket, me);
  return (
    <span className={`handling ${ticket.handling}`}>
      {word('handling', ticket.handling)}
      {owner !== 'nobody' && ` · ${t('file.handledBy')} ${owner === 'me' ? t('queue.mine') : t('queue.other')}`}
      {ticket.outcome !== null && ` · ${t('file.closedAs', { outcome: word('outcome', ticket.outcome) })}`}
    </span>
  );
}
