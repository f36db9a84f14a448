import { useMemo } from 'react';

import type { Ticket } from '../../generated/Ticket';
import { ago } from '../../shared/format';
import { useSpeech } from '../i18n';
import { receivedAt, urgencyOf } from '../model/queue';
import { ticketsOf } from '../model/senior';
import { openFile } from '../state/desk';
import { useFeed } from '../state/feed-store';
import { useNow } from '../state/now';
import { useTimes } from '../state/use-district';
import { UrgencyMark } from '../ui/UrgencyMark';

/** A senior's tickets: what is in hand first, for whoever calls often calls about that. */
export function SeniorTickets({ senior, tickets }: { senior: string; tickets: readonly Ticket[] }) {
  const { t } = useSpeech();
  const fed = useFeed((feed) => feed.tickets);
  const { open, past } = useMemo(() => ticketsOf(senior, fed.values(), tickets), [senior, fed, tickets]);
  return (
    <section className="senior-tickets" aria-labelledby="senior-tickets-heading">
      {open.length > 0 && (
        <>
          <h3>{t('file.openTickets')}</h3>
          <TicketLines tickets={open} />
        </>
      )}
      <h3 id="senior-tickets-heading">{t('file.pastTickets')}</h3>
      {past.length === 0 && <p className="muted">{t('file.noTickets')}</p>}
      <TicketLines tickets={past} />
    </section>
  );
}

function TicketLines({ tickets }: { tickets: readonly Ticket[] }) {
  return (
    <ul>
      {tickets.map((ticket) => (
        <TicketLine key={ticket.id} ticket={ticket} />
      ))}
    </ul>
  );
}

function TicketLine({ ticket }: { ticket: Ticket }) {
  const { t, lang, word } = useSpeech();
  const { dayAndTime } = useTimes();
  const now = useNow();
  const at = receivedAt(ticket);
  return (
    <li>
      <button type="button" className={`ticket-line edge-u${urgencyOf(ticket)}`} data-open={ticket.status === 'open'} onClick={() => openFile(ticket.id)}>
        {ticket.status === 'open' && <UrgencyMark urgency={urgencyOf(ticket)} />}
        <span className="kind">{word('kind', ticket.kind)}</span>
        <span className={`handling ${ticket.handling}`}>{word('handling', ticket.handling)}</span>
        {ticket.outcome !== null && <span>{word('outcome', ticket.outcome)}</span>}
        {ticket.cause !== null && <span className="muted">{word('cause', ticket.cause)}</span>}
        <span className="muted">{t('file.number', { number: ticket.number })}</span>
        <time className="muted age light" title={dayAndTime(at)}>
          {ago(now - at, lang)}
        </time>
      </button>
    </li>
  );
}
