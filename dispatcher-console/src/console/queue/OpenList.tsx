import { useMemo } from 'react';

import { useSpeech } from '../i18n';
import { isWork, ordered } from '../model/queue';
import { useFeed } from '../state/feed-store';
import { moveWithArrows } from './arrow-keys';
import { QueueRow } from './QueueRow';

/** Open tickets, straight from the feed; work on devices has a place of its own. */
export function OpenList() {
  const { t } = useSpeech();
  const tickets = useFeed((feed) => feed.tickets);
  const known = useFeed((feed) => feed.known);
  const allIsCalm = useFeed((feed) => feed.unrecorded.total === 0);
  const rows = useMemo(() => ordered([...tickets.values()].filter((ticket) => !isWork(ticket))), [tickets]);
  if (!known) return <p className="empty">{t('connection.connecting')}</p>;
  if (rows.length === 0) return <p className="empty">{allIsCalm ? t('queue.empty') : t('queue.emptyElse')}</p>;
  return (
    <ul className="rows" onKeyDown={moveWithArrows}>
      {rows.map((ticket) => (
        <QueueRow key={ticket.id} ticket={ticket} />
      ))}
    </ul>
  );
}
