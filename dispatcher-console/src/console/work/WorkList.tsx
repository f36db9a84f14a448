import { memo, useMemo, useState } from 'react';

import type { Ticket } from '../../generated/Ticket';
import { ago, duration } from '../../shared/format';
import { useSpeech } from '../i18n';
import { isWork, ordered, receivedAt } from '../model/queue';
import { troublesOf } from '../model/work';
import { moveWithArrows } from '../queue/arrow-keys';
import { openFile, useDesk } from '../state/desk';
import { useFeed } from '../state/feed-store';
import { useNow } from '../state/now';
import { useOwnerName } from '../state/use-owner-name';
import { VillageWords } from './VillageWords';

/** Work on devices (设备工单): at the foot of the queue, quiet, folded until somebody has time for it. */
export function WorkList() {
  const { t } = useSpeech();
  const [open, setOpen] = useState(false);
  const tickets = useFeed((feed) => feed.tickets);
  const work = useMemo(() => ordered([...tickets.values()].filter(isWork)), [tickets]);
  if (work.length === 0) return null;
  return (
    <section className="work" aria-labelledby="work-heading">
      <h3 id="work-heading">
        <button type="button" aria-expanded={open} aria-controls="work-rows" onClick={() => setOpen(!open)}>
          <span aria-hidden="true">{open ? '▾' : '▸'}</span> {t('work.heading')} <span className="count">{work.length}</span>
        </button>
      </h3>
      <ul id="work-rows" hidden={!open} onKeyDown={moveWithArrows}>
        {work.map((ticket) => (
          <WorkRow key={ticket.id} ticket={ticket} />
        ))}
      </ul>
    </section>
  );
}

const WorkRow = memo(function WorkRow({ ticket }: { ticket: Ticket }) {
  const { t, lang, word } = useSpeech();
  const now = useNow();
  const open = useDesk((desk) => desk.openTicket === ticket.id);
  const owner = useOwnerName(ticket);
  const left_ms = ticket.next === null ? 0 : Date.parse(ticket.next.at) - now;
  return (
    <li>
      <button
        type="button"
        className="row quiet"
        data-ticket={ticket.id}
        aria-current={open}
        onClick={() => openFile(ticket.id)}
      >
        <span className="row-line">
          <span className="kind">{t('work.devices', { number: ticket.devices.length })}</span>
          <TroubleWords ticket={ticket} />
          <span className="muted age light">{ago(now - receivedAt(ticket), lang)}</span>
        </span>
        <span className="row-line">
          <span className="muted">
            <VillageWords ticket={ticket} />
          </span>
          <span className={`handling ${ticket.handling === 'waiting' ? '' : ticket.handling}`}>
            {word('handling', ticket.handling)}
            {owner !== null && ` · ${owner}`}
          </span>
        </span>
        {ticket.next !== null && (
          <span className="row-line next muted">
            <span>
              {t('queue.next')} {word('next', ticket.next.what)}
            </span>
            <span>{left_ms > 0 ? t('work.nextIn', { left: duration(left_ms, lang) }) : t('work.nextLate')}</span>
          </span>
        )}
      </button>
    </li>
  );
});

function TroubleWords({ ticket }: { ticket: Ticket }) {
  const { t, word } = useSpeech();
  const words = troublesOf(ticket).map(({ trouble, count }) =>
    t('work.trouble', { trouble: word('trouble', trouble), number: count }),
  );
  return <span>{words.join(' · ')}</span>;
}
