import { memo } from 'react';

import type { Ticket } from '../../generated/Ticket';
import { countdown, ticking } from '../../shared/format';
import { useSpeech } from '../i18n';
import { isRinging, ownerOf, receivedAt, urgencyOf, waitLevel } from '../model/queue';
import { openFile, useDesk } from '../state/desk';
import { useNow } from '../state/now';
import { useSession } from '../state/session';
import { UrgencyMark } from '../ui/UrgencyMark';
import { SeatLine } from './SeatLine';

/** One open ticket: who, since when, who has it, who goes, what comes next. */
export const QueueRow = memo(function QueueRow({ ticket }: { ticket: Ticket }) {
  const { t, word } = useSpeech();
  const now = useNow();
  const me = useSession((session) => session.user?.id);
  const open = useDesk((desk) => desk.openTicket === ticket.id);
  const owner = ownerOf(ticket, me);
  return (
    <li>
      <button
        type="button"
        className={`row edge-u${urgencyOf(ticket)} wait${waitLevel(ticket, now)}`}
        data-ticket={ticket.id}
        data-ringing={isRinging(ticket)}
        aria-current={open}
        onClick={() => openFile(ticket.id)}
      >
        <span className="row-line">
          <UrgencyMark urgency={urgencyOf(ticket)} />
          <span className="kind">{word('kind', ticket.kind)}</span>
          {ticket.signals > 1 && <span className="badge">{t('queue.repeated', { count: ticket.signals })}</span>}
          <time className="age">{ticking(now - receivedAt(ticket))}</time>
        </span>
        <span className="row-line">
          <strong className="name">{ticket.who.name ?? t('queue.unknown')}</strong>
          {ticket.who.age !== null && <span>{t('queue.age', { age: ticket.who.age })}</span>}
          <span className="muted village">{ticket.who.village}</span>
          <span className={`handling ${ticket.handling}`}>
            {word('handling', ticket.handling)}
            {owner !== 'nobody' && ` · ${owner === 'me' ? t('queue.mine') : t('queue.other')}`}
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
    </li>
  );
});

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
