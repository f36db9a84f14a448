import { useState } from 'react';

import { useSpeech } from '../../console/i18n';
import { useFeed } from '../../console/state/feed-store';
import { duration } from '../../shared/format';
import { byAge, nowFigures, type Stage } from '../model/tickets';
import { useFeedNow } from '../state/feed-now';
import { useWall } from '../state/wall';
import { Tile } from '../Tile';
import { TicketRow } from './TicketRow';

const STAGES: readonly Stage[] = ['nobody', 'offered', 'onTheWay', 'atDoor', 'left'];
/** As many as a screen holds. */
const SHOWN = { page: 6, wall: 4 };

/** What is open now, the oldest first, and how far help is. */
export function NowTile() {
  const { t, lang } = useSpeech();
  const now = useFeedNow();
  const tickets = useFeed((feed) => feed.tickets);
  const { unanswered, longestWait_ms, stages, others } = nowFigures(tickets.values(), now);
  return (
    <Tile name="now" heading={t('boardNow.heading')} age="feed">
      <div className="now-head">
        <p className="unanswered" data-some={unanswered > 0}>
          <strong className="figure">{unanswered}</strong> <span>{t('boardNow.unanswered')}</span>{' '}
          <span className="longest">
            {longestWait_ms === null ? t('boardNow.nobodyWaits') : t('boardNow.longest', { age: duration(longestWait_ms, lang) })}
          </span>
        </p>
        <dl className="stages" aria-label={t('boardNow.figures')}>
          {STAGES.map((stage) => (
            <div key={stage} data-some={stages[stage] > 0}>
              <dt>{t(`boardStage.${stage}`)}</dt>
              <dd className="figure">{stages[stage]}</dd>
            </div>
          ))}
        </dl>
      </div>
      <TicketList />
      {others > 0 && <p className="muted foot">{t('boardNow.others', { number: others })}</p>}
    </Tile>
  );
}

function TicketList() {
  const { t } = useSpeech();
  const wall = useWall((state) => state.wall);
  const [all, setAll] = useState(false);
  const tickets = byAge(useFeed((feed) => feed.tickets).values());
  const limit = wall ? SHOWN.wall : all ? tickets.length : SHOWN.page;
  const hidden = tickets.length - limit;
  if (tickets.length === 0) return <p className="empty big">{t('boardNow.none')}</p>;
  return (
    <>
      <ol className="open-tickets" aria-label={t('boardNow.list')}>
        {tickets.slice(0, limit).map((ticket) => (
          <TicketRow key={ticket.id} ticket={ticket} wall={wall} />
        ))}
      </ol>
      {wall && hidden > 0 && <p className="foot">{t('boardNow.more', { number: hidden })}</p>}
      {!wall && tickets.length > SHOWN.page && (
        <button type="button" className="button small" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t('boardNow.fewer') : t('boardNow.all', { number: tickets.length })}
        </button>
      )}
    </>
  );
}
