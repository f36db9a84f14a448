import type { CardLink } from '../../generated/CardLink';
import type { Ticket } from '../../generated/Ticket';
import { useSpeech } from '../i18n';
import { linksInOrder, linkState } from '../model/after';
import { useNow } from '../state/now';
import type { Act } from '../state/use-act';
import { useTimes } from '../state/use-district';

/** Who has a link to the card, until when, and how often it was read. */
export function CardLinks({ ticket, act, archived }: { ticket: Ticket; act: Act; archived: boolean }) {
  const { t } = useSpeech();
  const now = useNow();
  if (ticket.cards.length === 0) return null;
  return (
    <ul className="card-links" aria-label={t('handover.links')}>
      {linksInOrder(ticket.cards, now).map((link) => (
        <LinkRow key={link.id} ticket={ticket.id} link={link} now={now} act={act} archived={archived} />
      ))}
    </ul>
  );
}

function LinkRow({ ticket, link, now, act: { act, busy }, archived }: { ticket: string; link: CardLink; now: number; act: Act; archived: boolean }) {
  const { t } = useSpeech();
  const { dayAndTime } = useTimes();
  const state = linkState(link, now);
  return (
    <li data-link={link.id} data-state={state}>
      <span>
        <strong>{t('handover.linkTo', { to: link.to })}</strong> ·{' '}
        <span className={state === 'valid' ? '' : 'muted'}>
          {state === 'valid' && t('handover.validUntil', { time: dayAndTime(link.expires_at) })}
          {state === 'expired' && t('handover.expired', { time: dayAndTime(link.expires_at) })}
          {state === 'revoked' && t('handover.revoked', { time: dayAndTime(link.revoked_at ?? link.expires_at) })}
        </span>{' '}
        · <span className="muted">{link.readings === 0 ? t('handover.unread') : t('handover.readings', { number: link.readings })}</span>
      </span>
      {state === 'valid' && !archived && (
        <button
          type="button"
          className="button small"
          disabled={busy !== null}
          aria-label={t('handover.revokeOf', { to: link.to })}
          onClick={() => void act(`/v1/tickets/${ticket}/card-links/${link.id}/revoke`, {}, t('handover.revokeOf', { to: link.to }))}
        >
          {t('handover.revoke')}
        </button>
      )}
    </li>
  );
}
