import type { PlaceDoubt } from '../../generated/PlaceDoubt';
import type { Ticket } from '../../generated/Ticket';
import { distance_m } from '../../shared/distance';
import { ago, distance } from '../../shared/format';
import { useSpeech } from '../i18n';
import { useFeed } from '../state/feed-store';
import { useNow } from '../state/now';
import { startPin } from '../state/pin';
import { useAct } from '../state/use-act';

/** Whoever is on the way says that the address is wrong; nothing moves before an operator has decided. */
export function PlaceDoubtBar({ ticket, doubt }: { ticket: Ticket; doubt: PlaceDoubt }) {
  const { t, lang } = useSpeech();
  const now = useNow();
  const { act, busy } = useAct(ticket.id);
  const name = useFeed((feed) => feed.responders.get(doubt.responder)?.name) ?? doubt.responder.slice(-6);
  const path = `/v1/tickets/${ticket.id}/place`;
  const { position, text } = doubt;
  const from = position ?? ticket.position;
  const away_m = position !== null && ticket.position !== null ? distance_m(position, ticket.position) : null;
  return (
    <section className="silence" aria-labelledby="doubt-heading" data-place-doubt={doubt.offer}>
      <h3 id="doubt-heading">
        {t('doubt.heading', { name })} <time className="muted">{ago(now - Date.parse(doubt.at), lang)}</time>
      </h3>
      <p>
        {text !== '' && <strong>{text} </strong>}
        {away_m !== null && <span>{t('doubt.away', { distance: distance(away_m, lang) })} </span>}
        {position !== null && position.accuracy_m !== null && (
          <span className="muted">{t('file.accuracy', { radius: distance(position.accuracy_m, lang) })}</span>
        )}
        {position === null && <span className="muted">{t('doubt.noPlace')}</span>}
      </p>
      <p className="offer-buttons">
        {position !== null && (
          <button
            type="button"
            className="button small primary"
            disabled={busy !== null}
            onClick={() => void act(path, { lat: position.lat, lon: position.lon, text: text === '' ? null : text, reason: t('doubt.reason', { name }) }, t('doubt.take'))}
          >
            {t('doubt.take')}
          </button>
        )}
        {from !== null && (
          <button type="button" className="button small" onClick={() => startPin({ ticket: ticket.id, lat: from.lat, lon: from.lon })}>
            {t('doubt.onMap')}
          </button>
        )}
        <button type="button" className="button small" disabled={busy !== null} onClick={() => void act(path, { keep: true, doubted_at: doubt.at }, t('doubt.keep'))}>
          {t('doubt.keep')}
        </button>
      </p>
    </section>
  );
}
