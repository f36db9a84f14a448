import { useQuery } from '@tanstack/react-query';

import type { Ticket } from '../../generated/Ticket';
import { useSpeech } from '../i18n';
import { nameOf } from '../model/distress';
import { isWork, urgencyOf } from '../model/queue';
import { api } from '../services';
import { openFile, useDesk } from '../state/desk';
import { CLOSED_KEY } from '../state/keys';
import { useTimes } from '../state/use-district';
import { UrgencyMark } from '../ui/UrgencyMark';
import { VillageWords } from '../work/VillageWords';
import { moveWithArrows } from './arrow-keys';

/** The latest closed tickets; not part of the feed, so asked for. */
export function ClosedList() {
  const { t } = useSpeech();
  const list = useQuery({
    queryKey: CLOSED_KEY,
    queryFn: ({ signal }) => api.get<{ items: Ticket[] }>('/v1/tickets?status=closed', signal),
    refetchInterval: 15_000,
  });
  if (list.isPending) return <p className="empty">{t('app.loading')}</p>;
  if (list.isError) {
    return (
      <p className="empty">
        {t('queue.failed')}{' '}
        <button type="button" className="button small" onClick={() => void list.refetch()}>
          {t('queue.retry')}
        </button>
      </p>
    );
  }
  if (list.data.items.length === 0) return <p className="empty">{t('queue.emptyClosed')}</p>;
  return (
    <ul className="rows" onKeyDown={moveWithArrows}>
      {list.data.items.map((ticket) => (
        <ClosedRow key={ticket.id} ticket={ticket} />
      ))}
    </ul>
  );
}

function ClosedRow({ ticket }: { ticket: Ticket }) {
  const { t, word } = useSpeech();
  const { dayAndTime } = useTimes();
  const open = useDesk((desk) => desk.openTicket === ticket.id);
  const closed = ticket.times.closed;
  return (
    <li>
      <button
        type="button"
        className="row closed"
        data-ticket={ticket.id}
        aria-current={open}
        onClick={() => openFile(ticket.id)}
      >
        <span className="row-line">
          <UrgencyMark urgency={urgencyOf(ticket)} />
          <span className="kind">{word('kind', ticket.kind)}</span>
          <span className="muted age">{closed !== null && t('queue.closedAt', { time: dayAndTime(closed) })}</span>
        </span>
        <span className="row-line">
          {isWork(ticket) ? (
            <>
              <span>{t('work.devices', { number: ticket.devices.length })}</span>
              <span className="muted">
                <VillageWords ticket={ticket} />
              </span>
            </>
          ) : (
            <>
              <strong className="name">{nameOf(ticket, t) ?? t('queue.unknown')}</strong>
              <span className="muted">{ticket.who.village}</span>
            </>
          )}
          <span className="outcome">
            {ticket.outcome !== null && word(isWork(ticket) ? 'workOutcome' : 'outcome', ticket.outcome)}
          </span>
        </span>
      </button>
    </li>
  );
}
