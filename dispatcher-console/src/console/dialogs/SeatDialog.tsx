import type { KeyboardEvent } from 'react';

import type { Offer } from '../../generated/Offer';
import type { Ticket } from '../../generated/Ticket';
import { useSpeech } from '../i18n';
import { type PhoneStep, phoneSteps, STEP_KEYS } from '../model/phone-steps';
import { current, type Place, stepOf, teamOf } from '../model/team';
import { openDialog } from '../state/desk';
import { useFeed } from '../state/feed-store';
import { useAct } from '../state/use-act';
import { useCloseSheet } from '../state/use-close-sheet';
import { KeyCap } from '../ui/Kbd';
import { Sheet } from '../ui/Sheet';

const REPLACE_KEY = 'R';

/** Acts for whoever is on the telephone (代接单), withdraws, or sends somebody else: one digit each. */
export function SeatDialog({ ticket, place }: { ticket: Ticket; place: Place }) {
  const { t, word } = useSpeech();
  const responders = useFeed((feed) => feed.responders);
  const { act, busy } = useAct(ticket.id);
  const close = useCloseSheet();
  const seat = teamOf(ticket).find((each) => each.place === place);
  const offers = seat === undefined ? [] : current(seat);
  const nameOf = ({ responder }: Offer): string => responders.get(responder)?.name ?? responder.slice(-6);
  const replace = (): void => openDialog(place === 'lead' ? 'replaceLead' : 'replaceSupport');

  async function take(offer: Offer, step: PhoneStep): Promise<void> {
    if (busy !== null) return;
    const what = `${nameOf(offer)} · ${t(`phoneStep.${step}`)}`;
    if (await act(`/v1/offers/${offer.id}/${step}`, { by: 'phone' }, what)) close();
  }

  /** Keys are for the one who holds the place, or was asked first; for others there are the buttons. */
  function hear(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    const [offer] = offers;
    const step = offer === undefined ? undefined : phoneSteps(offer).find((each) => STEP_KEYS[each] === event.key);
    if (offer !== undefined && step !== undefined) void take(offer, step);
    else if (event.key.toUpperCase() === REPLACE_KEY) replace();
    else return;
    event.preventDefault();
  }

  return (
    <Sheet title={t('seat.title', { place: word('role', place) })} hint={t('seat.hint')}>
      <div onKeyDown={hear}>
        {offers.length === 0 && <p className="vacant">{t('dispatch.vacant')}</p>}
        {offers.map((offer, at) => (
          <section key={offer.id} className="seat-steps" aria-label={nameOf(offer)}>
            <p>
              <strong>{nameOf(offer)}</strong> <span className={`step ${stepOf(offer)}`}>{word('step', stepOf(offer))}</span>
            </p>
            <p className="choices">
              {phoneSteps(offer).map((step, nth) => (
                <button
                  key={step}
                  type="button"
                  className={step === 'withdraw' || step === 'decline' ? 'button' : 'button primary'}
                  autoFocus={at === 0 && nth === 0}
                  disabled={busy !== null}
                  data-step={step}
                  onClick={() => void take(offer, step)}
                >
                  {t(`phoneStep.${step}`)}
                  {at === 0 && <KeyCap stroke={STEP_KEYS[step]} />}
                </button>
              ))}
            </p>
          </section>
        ))}
        <p className="seat-steps">
          <button type="button" className="button" autoFocus={offers.length === 0} onClick={replace}>
            {offers.length === 0 ? t('seat.send') : t('seat.replace')}
            <KeyCap stroke={REPLACE_KEY} />
          </button>
        </p>
      </div>
    </Sheet>
  );
}
