import type { Offer } from '../../generated/Offer';
import { countdown, duration, eta, ticking } from '../../shared/format';
import { useSpeech } from '../i18n';
import { arrivesIn_ms, askedBefore, current, isActive, isWordMissed, type Place, type Search, type Seat, stepOf } from '../model/team';
import { openDialog } from '../state/desk';
import { useFeed } from '../state/feed-store';
import { useNow } from '../state/now';
import type { Act } from '../state/use-act';
import { useTimes } from '../state/use-district';
import { CommandButton } from '../ui/CommandButton';

/** One place in the team: who, how far, and what the operator can do for them by telephone. */
export function SeatCard({ seat, act, search }: { seat: Seat; act: Act; search: Search }) {
  const { t, word } = useSpeech();
  const offers = current(seat);
  return (
    <article className="seat-card" data-vacant={offers.length === 0}>
      <header>
        <h4>{word('role', seat.place)}</h4>
        {search !== 'over' && <SeatButtons place={seat.place} vacant={offers.length === 0} />}
      </header>
      {offers.length === 0 && (
        <p className={search === 'over' ? 'muted' : 'vacant'}>
          {t('dispatch.vacant')}
          {search === 'on' && <span className="muted light"> · {t('dispatch.vacantHint')}</span>}
          {search === 'held' && <span className="muted light"> · {t('dispatch.heldHint')}</span>}
        </p>
      )}
      {offers.map((offer) => (
        <OfferLine key={offer.id} offer={offer} act={act} open={search !== 'over'} />
      ))}
      {seat.past.length > 0 && (
        <details>
          <summary>{t('dispatch.past', { count: askedBefore(seat) })}</summary>
          {seat.past.map((offer) => (
            <p key={offer.id} className="past">
              <Name id={offer.responder} /> <span className="muted">{word('step', stepOf(offer))}</span>
            </p>
          ))}
        </details>
      )}
    </article>
  );
}

/** One key sends somebody else, one acts for whoever is on the telephone. */
function SeatButtons({ place, vacant }: { place: Place; vacant: boolean }) {
  const { t, word } = useSpeech();
  const [replace, seat] = place === 'lead' ? (['replaceLead', 'seatLead'] as const) : (['replaceSupport', 'seatSupport'] as const);
  const what = vacant ? t('seat.send') : t('seat.replace');
  const role = word('role', place);
  return (
    <span className="seat-buttons">
      <CommandButton command={replace} className="button small quiet" onClick={() => openDialog(replace)}>
        <span className="for-ears">{role} </span>
        {what}
      </CommandButton>
      {!vacant && (
        <CommandButton command={seat} className="button small quiet" onClick={() => openDialog(seat)}>
          <span className="for-ears">{role} </span>
          {t('seat.byPhone')}
        </CommandButton>
      )}
    </span>
  );
}

function OfferLine({ offer, act: { act, busy }, open }: { offer: Offer; act: Act; open: boolean }) {
  const { t, word } = useSpeech();
  const step = stepOf(offer);
  const button = (move: string, what: string, className = 'button small') => (
    <button
      type="button"
      className={className}
      disabled={busy !== null}
      onClick={() => void act(`/v1/offers/${offer.id}/${move}`, { by: 'phone' }, what)}
    >
      {what}
    </button>
  );
  return (
    <div className="offer" data-offer={offer.id}>
      <p>
        <strong>
          <Name id={offer.responder} />
        </strong>{' '}
        <span className={`step ${step}`}>{word('step', step)}</span>
        {offer.overdue && <span className="badge bad">{t('dispatch.overdue')}</span>}
      </p>
      <OfferFacts offer={offer} />
      {open && offer.word_due_at !== null && <WordLine offer={offer} due={offer.word_due_at} act={act} busy={busy !== null} />}
      {open && isActive(offer) && (
        <p className="offer-buttons">
          {offer.status === 'offered' && button('accept', t('dispatch.acceptFor'))}
          {offer.status === 'accepted' && button('on-scene', t('dispatch.onSceneFor'))}
          {(offer.status === 'on_scene' || offer.status === 'escorting') && button('done', t('dispatch.doneFor'))}
          {button('withdraw', t('dispatch.withdraw'), 'button small quiet')}
        </p>
      )}
    </div>
  );
}

/** The word that is due from whoever is at the door (报平安); without one somebody telephones. */
function WordLine({ offer, due, act, busy }: { offer: Offer; due: string; act: Act['act']; busy: boolean }) {
  const { t } = useSpeech();
  const { timeOfDay } = useTimes();
  const missed = isWordMissed(offer, useNow());
  const time = timeOfDay(due).slice(0, 5);
  const what = t('safety.safeByPhone');
  return (
    <p className="word-line" data-missed={missed}>
      <span className={missed ? 'late' : 'muted'}>{t(missed ? 'safety.missed' : 'safety.until', { time })}</span>
      <button type="button" className="button small" disabled={busy} onClick={() => void act(`/v1/offers/${offer.id}/safe`, {}, what)}>
        {what}
      </button>
    </p>
  );
}

/** An arrival farther from the door than this is doubted, metres: as the domain does (`Arrival::AGREES_WITHIN_M`). */
const AGREES_WITHIN_M = 150;

function OfferFacts({ offer }: { offer: Offer }) {
  const { t, lang } = useSpeech();
  const { timeOfDay } = useTimes();
  const now = useNow();
  const facts: string[] = [];
  // Whoever stands still does not arrive by the clock.
  const left = offer.stuck_since === null ? arrivesIn_ms(offer, now) : null;
  if (offer.status === 'offered') {
    const isRinging = offer.rings_until !== null && Date.parse(offer.rings_until) > now;
    if (isRinging) facts.push(t('dispatch.telephoneRings'));
    else facts.push(t('dispatch.left', { left: countdown(Date.parse(offer.deadline) - now) }));
    facts.push(t('dispatch.eta', { eta: eta(offer.eta_s, lang) }));
  }
  if (left !== null && left >= 0) facts.push(t('dispatch.arriveBy', { left: ticking(left) }));
  if (offer.on_scene_at !== null) facts.push(timeOfDay(offer.on_scene_at));
  const isFar = offer.arrival === 'claimed' && offer.distance_m !== null && offer.distance_m > AGREES_WITHIN_M;
  if (offer.arrival === 'claimed' && !isFar) facts.push(t('dispatch.claimed'));
  if (offer.arrival === 'confirmed') facts.push(t('dispatch.arrivalConfirmed'));
  return (
    <p className="facts">
      {isFar && <span className="doubt">{t('dispatch.claimedFar', { metres: offer.distance_m ?? 0 })} </span>}
      {offer.stuck_since !== null && offer.status === 'accepted' && (
        <span className="doubt">
          {t('dispatch.stuck', { since: duration(now - Date.parse(offer.stuck_since), lang) })}{' '}
        </span>
      )}
      {left !== null && left < 0 && <span className="doubt">{t('dispatch.late', { late: duration(-left, lang) })} </span>}
      {facts.join(' · ')}
      {offer.eta_source === 'straight_line' && offer.on_scene_at === null && (
        <span className="badge">{t('dispatch.straight')}</span>
      )}
    </p>
  );
}

function Name({ id }: { id: string }) {
  const responder = useFeed((feed) => feed.responders.get(id));
  const { word } = useSpeech();
  if (responder === undefined) return <>{id.slice(-6)}</>;
  return (
    <>
      {responder.name} <span className="muted light">{word('role', responder.role)}</span>
    </>
  );
}
