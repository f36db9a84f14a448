import { memo } from 'react';

import type { Ticket } from '../../generated/Ticket';
import { countdown, ticking } from '../../shared/format';
import { useSpeech } from '../i18n';
import { isInDistress, nameOf } from '../model/distress';
import { isRinging, receivedAt, urgencyOf, waitLevel } from '../model/queue';
import { openFile, useDesk } from '../state/desk';
import { useNow } from '../state/now';
import { useOwnerName } from '../state/use-owner-name';
import { UrgencyMark } from '../ui/UrgencyMark';
import { SeatLine } from './SeatLine';

/** One open ticket: who, since when, who has it, who goes, what comes next. */
export const QueueRow = memo(function QueueRow({ ticket }: { ticket: Ticket }) {
  const { t, word } = useSpeech();
  const now = useNow();
  const open = useDesk((desk) => desk.openTicket === ticket.id);
  const owner = useOwnerName(ticket);
  const level = waitLevel(ticket, now);
  return (
    <button
      type="button"
      className={`row edge-u${urgencyOf(ticket)} wait${level}`}
      data-ticket={ticket.id}
      data-ringing={isRinging(ticket)}
      data-distress={isInDistress(ticket)}
      aria-current={open}
      onClick={() => openFile(ticket.id)}
    >
      <span className="row-line">
        <UrgencyMark urgency={urgencyOf(ticket)} />
        <span className="kind">{word('kind', ticket.kind)}</span>
        {ticket.signals > 1 && <span className="badge">{t('queue.repeated', { count: ticket.signals })}</span>}
        <WaitMark level={level} />
        <time className="age">{ticking(now - receivedAt(ticket))}</time>
      </span>
      <span className="row-line">
        <strong className="name">{nameOf(ticket, t) ?? t('queue.unknown')}</strong>
        {ticket.who.age !== null && <span>{t('queue.age', { age: ticket.who.age })}</span>}
        <span className="muted village">{ticket.who.village}</span>
        <span className={`handling ${ticket.handling}`}>
          {word('handling', ticket.handling)}
          {owner !== null && ` · ${owner}`}
        </span>
      </span>
      <Badges ticket={ticket} />
      <SeatLine ticket={ticket} now={now} />
      {ticket.next !== null && (
        <span className="row-line next muted">
          <span>
            {t('queue.next')} {word('next', ticket.next.what)}
          </span>
          <time>{countdown(Date.parse(ticket.next.at) - now)}</time>
        </span>
      )}
    </button>
  );
});

/** That nobody answers, in words: the colour of the row alone says it to few. */
function WaitMark({ level }: { level: 0 | 1 | 2 }) {
  const { t } = useSpeech();
  if (level === 0) return null;
  return (
    <span className={`late level${level}`}>
      <span aria-hidden="true">{level === 1 ? '!' : '!!'}</span> {t(level === 1 ? 'queue.late' : 'queue.veryLate')}
    </span>
  );
}

/** What was brought in, and what is doubtful. */
function Badges({ ticket }: { ticket: Ticket }) {
  const { word } = useSpeech();
  if (ticket.escalated_to.length + ticket.flags.length === 0) return null;
  return (
    <span className="row-line">
      {ticket.escalated_to.map((target) => (
        <span className="badge" key={target}>
          {word('target', target)}
        </span>
      ))}
      {ticket.flags.map((flag) => (
        <span className="badge flag" key={flag}>
          {word('flag', flag)}
        </span>
      ))}
    </span>
  );
}
