import type { Ticket } from '../../generated/Ticket';
import { useSpeech } from '../i18n';
import { moveWithArrows } from '../queue/arrow-keys';
import { openFile, useDesk } from '../state/desk';
import { CallBackWords } from './CallBackWords';
import { useCallBacks } from './use-call-backs';

/** Whom to call back within a day, or should have called: the longest due first, as the server says. */
export function CallBackList() {
  const { t } = useSpeech();
  const { due, query } = useCallBacks();
  if (query.isPending) return <p className="empty">{t('app.loading')}</p>;
  if (query.isError && due.length === 0) {
    return (
      <p className="empty">
        {t('callBack.failed')}{' '}
        <button type="button" className="button small" onClick={() => void query.refetch()}>
          {t('queue.retry')}
        </button>
      </p>
    );
  }
  return (
    <>
      {query.isError && <p className="doubt list-old">{t('callBack.old')}</p>}
      {due.length === 0 && <p className="empty">{t('callBack.none')}</p>}
      <ul className="rows" onKeyDown={moveWithArrows}>
        {due.map((ticket) => (
          <CallBackRow key={ticket.id} ticket={ticket} />
        ))}
        {query.hasNextPage && (
          <li className="more">
            <button type="button" className="button small" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {query.isFetchingNextPage ? t('app.loading') : t('care.more')}
            </button>
          </li>
        )}
      </ul>
    </>
  );
}

export function CallBackRow({ ticket }: { ticket: Ticket }) {
  const { t, word } = useSpeech();
  const open = useDesk((desk) => desk.openTicket === ticket.id);
  return (
    <li>
      <button type="button" className="row closed" data-call-back={ticket.id} aria-current={open} onClick={() => openFile(ticket.id)}>
        <span className="row-line">
          <strong className="name">{ticket.who.name ?? t('queue.unknown')}</strong>
          {ticket.who.age !== null && <span>{t('queue.age', { age: ticket.who.age })}</span>}
          <span className="muted">{ticket.who.village}</span>
          <span className="muted">{ticket.outcome !== null && word('outcome', ticket.outcome)}</span>
        </span>
        <span className="row-line">{ticket.call_back !== null && <CallBackWords callBack={ticket.call_back} />}</span>
      </button>
    </li>
  );
}
