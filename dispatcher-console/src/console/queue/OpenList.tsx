import { useCallback, useMemo, useState } from 'react';

import type { Ticket } from '../../generated/Ticket';
import { useSpeech } from '../i18n';
import { grouped, isFloodAfter, type Item, newcomers, ungrouped } from '../model/flood';
import { isWork, ordered } from '../model/queue';
import { useDesk } from '../state/desk';
import { useFeed } from '../state/feed-store';
import { useNowAs } from '../state/now';
import { useSession } from '../state/session';
import { FloodBar } from './FloodBar';
import { GroupRow } from './GroupRow';
import { QueueRow } from './QueueRow';
import { type Row, VirtualRows } from './VirtualRows';

/** Open tickets, straight from the feed, in villages while a flood lasts; work on devices has a place of its own. */
export function OpenList() {
  const { t } = useSpeech();
  const tickets = useFeed((feed) => feed.tickets);
  const known = useFeed((feed) => feed.known);
  const allIsCalm = useFeed((feed) => feed.unrecorded.total === 0);
  const live = useFeed((feed) => feed.status.state === 'live');
  const hears = useSession((session) => session.stage === 'in') && live;
  const me = useSession((session) => session.user?.id);
  const openTicket = useDesk((desk) => desk.openTicket);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback((key: string) => setOpened((before) => toggled(before, key)), []);

  const all = useMemo(() => ordered([...tickets.values()].filter((ticket) => !isWork(ticket))), [tickets]);
  const came = useNowAs((now) => newcomers(all, now));
  const [flood, setFlood] = useState(false);
  if (isFloodAfter(flood, came) !== flood) setFlood(!flood);
  const rows = useMemo(
    () => (flood ? grouped(all, opened, { me, openTicket }) : ungrouped(all)).map((item) => rowOf(item, toggle)),
    [all, flood, opened, me, openTicket, toggle],
  );

  if (!known) return <p className="empty">{t('connection.connecting')}</p>;
  if (all.length === 0 && !hears) return <p className="empty">{t('queue.emptyUnheard')}</p>;
  if (all.length === 0) return <p className="empty">{allIsCalm ? t('queue.empty') : t('queue.emptyElse')}</p>;
  return (
    <>
      {flood && <FloodBar tickets={all} newcomers={came} />}
      <VirtualRows rows={rows} />
    </>
  );
}

function rowOf(item: Item, toggle: (key: string) => void): Row {
  if ('group' in item)
    return { key: item.key, height_px: 40, content: <GroupRow group={item.group} onToggle={toggle} /> };
  return { key: item.key, height_px: heightOf(item.ticket), content: <QueueRow ticket={item.ticket} /> };
}

/** Good enough to scroll by until it is drawn and measured. */
function heightOf(ticket: Ticket): number {
  return 88 + (ticket.flags.length + ticket.escalated_to.length > 0 ? 24 : 0) + (ticket.next === null ? 0 : 20);
}

function toggled(set: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(key)) next.add(key);
  return next;
}
