import { useSpeech } from '../../console/i18n';
import { nameOf } from '../../console/model/distress';
import { receivedAt, urgencyOf } from '../../console/model/queue';
import { UrgencyMark } from '../../console/ui/UrgencyMark';
import type { Ticket } from '../../generated/Ticket';
import { duration, ticking } from '../../shared/format';
import type { Lang } from '../../shared/lang';
import { stageOf, waitOf } from '../model/tickets';
import { useFeedNow } from '../state/feed-now';

/** One open ticket. On a wall, where everybody can read it, it names nobody. */
export function TicketRow({ ticket, wall }: { ticket: Ticket; wall: boolean }) {
  const { t, lang, word } = useSpeech();
  const now = useFeedNow();
  const wait = waitOf(ticket, now);
  const { village } = ticket.who;
  return (
    <li className={`open-ticket edge-u${urgencyOf(ticket)}`} data-ticket={ticket.id} data-wait={wait}>
      <span className="age figure">{ageWords(now - receivedAt(ticket), lang)}</span>
      <span className="what">
        <UrgencyMark urgency={urgencyOf(ticket)} /> <strong>{word('kind', ticket.kind)}</strong>{' '}
        <span className="muted">{t('boardNow.number', { number: ticket.number })}</span>
      </span>{' '}
      <span className="where">
        {!wall && <strong className="name">{nameOf(ticket, t) ?? t('queue.unknown')}</strong>} {village !== null && <span className="village">{village}</span>}
      </span>
      <span className="how-far">
        {wait !== 'none' && <span className={wait === 'fresh' ? 'badge' : 'badge bad'}>{t(`boardWait.${wait}`)}</span>}{' '}
        <span className="stage" data-stage={stageOf(ticket)}>
          {t(`boardStage.${stageOf(ticket)}`)}
        </span>
      </span>
    </li>
  );
}

const DAY_MS = 86_400_000;

/** What has been open for days does not tick. */
function ageWords(age_ms: number, lang: Lang): string {
  return age_ms < DAY_MS ? ticking(age_ms) : duration(age_ms, lang);
}
