import type { Senior } from '../../generated/Senior';
import type { Ticket } from '../../generated/Ticket';
import { ticking } from '../../shared/format';
import { useSpeech } from '../i18n';
import { isInDistress } from '../model/distress';
import { isRinging, receivedAt, urgencyOf, waitLevel } from '../model/queue';
import { Face } from '../senior/Face';
import { openDialog, openFile, openSeniorFile } from '../state/desk';
import { useNow } from '../state/now';
import { useTimes } from '../state/use-district';
import { useOwnerName } from '../state/use-owner-name';
import { Phone } from '../telephone/Phone';
import { CommandButton } from '../ui/CommandButton';
import { UrgencyMark } from '../ui/UrgencyMark';
import { Milestones } from './Milestones';
import { PlaceLine } from './PlaceLine';

interface FileHeadProps {
  ticket: Ticket;
  senior: Senior | null;
  name: string;
  /** When the picture of the senior's face came; null: there is none. */
  faceAt: string | null;
  /** The telephone of an aide who calls for help. */
  ownPhone: string | null;
}

/** What must be seen in the first second: who, how to call, where, how to get in. */
export function FileHead({ ticket, senior, name, faceAt, ownPhone }: FileHeadProps) {
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
        {senior !== null && <Face senior={senior.id} name={senior.name} at={faceAt} ticket={ticket.id} />}
        <h2>{name}</h2>
        {age !== null && <span>{t('queue.age', { age })}</span>}
        {senior !== null && <span>{word('sex', senior.sex)}</span>}
        {ticket.who.village !== null && <span>{ticket.who.village}</span>}
        {senior !== null && (
          <CommandButton command="seniorFile" className="button small" onClick={() => openSeniorFile(senior.id)}>
            {t('file.whole')}
          </CommandButton>
        )}
        {ticket.about !== null && <About ticket={ticket.about} />}
        {senior !== null && <Phone number={senior.phone} name={name} senior={senior.id} ticket={ticket.id} />}
        {ownPhone !== null && <Phone number={ownPhone} name={name} senior={null} ticket={ticket.id} />}
      </div>
      {isInDistress(ticket) ? (
        <p className="distress-hint">{t('distress.hint')}</p>
      ) : (
        ticket.senior === null && <p className="unknown-hint">{t('file.unknownHint')}</p>
      )}
      <Milestones ticket={ticket} />
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
          {ticket.status === 'open' && (
            <CommandButton command="place" className="button small quiet" onClick={() => openDialog('place')}>
              {t('place.correct')}
            </CommandButton>
          )}
        </dd>
      </dl>
    </header>
  );
}

/** A complaint leads to what it is about. */
function About({ ticket }: { ticket: string }) {
  const { t } = useSpeech();
  return (
    <button type="button" className="button small" onClick={() => openFile(ticket)}>
      {t('file.about')}
    </button>
  );
}

function HandlingWord({ ticket }: { ticket: Ticket }) {
  const { t, word } = useSpeech();
  const owner = useOwnerName(ticket);
  return (
    <span className={`handling ${ticket.handling}`}>
      {word('handling', ticket.handling)}
      {owner !== null && ` · ${t('file.handledBy')} ${owner}`}
      {ticket.outcome !== null && ` · ${t('file.closedAs', { outcome: word('outcome', ticket.outcome) })}`}
    </span>
  );
}
