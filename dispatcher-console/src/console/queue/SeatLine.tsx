import type { Offer } from '../../generated/Offer';
import type { Ticket } from '../../generated/Ticket';
import { countdown } from '../../shared/format';
import { useSpeech } from '../i18n';
import { current, stepOf, teamOf } from '../model/team';

/** The team in one line: each place with how far it is. */
export function SeatLine({ ticket, now }: { ticket: Ticket; now: number }) {
  const { t, word } = useSpeech();
  if (ticket.offers.length === 0) return <span className="row-line muted">{t('queue.nobody')}</span>;
  return (
    <span className="row-line seats">
      {teamOf(ticket).map((seat) => {
        const offer = current(seat)[0];
        return (
          <span className="seat" key={seat.place}>
            <span className="muted">{word('role', seat.place)}</span>{' '}
            {offer === undefined ? <span className="vacant">{t('dispatch.vacant')}</span> : <SeatState offer={offer} now={now} />}
          </span>
        );
      })}
    </span>
  );
}

function SeatState({ offer, now }: { offer: Offer; now: number }) {
  const { word } = useSpeech();
  const step = stepOf(offer);
  return (
    <span className={`step ${step}`}>
      {word('step', step)}
      {step === 'offered' && <time> {countdown(Date.parse(offer.deadline) - now)}</time>}
    </span>
  );
}
