import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

import { countdownOf } from '../../aide/model/countdown';
import { whereOf } from '../../aide/model/facts';
import { keyFor } from '../../aide/words/words';
import type { OfferFile } from '../../generated/OfferFile';
import { countdown, eta } from '../../shared/format';
import type { State } from '../model/state';
import { usePage } from './context';
import { DeclineReasons } from './decline-reasons';
import { BigButton, Heading, useSettled } from './parts';
import { SendingLine } from './sending-line';

const RADIUS = 46;
const ROUND = 2 * Math.PI * RADIUS;

/** The offer, before an answer: what, how far, where as far as may be known, how long, and two buttons. */
export function OfferScreen({ file, state, now }: { file: OfferFile; state: State; now: number }): JSX.Element {
  const { link, t, lang } = usePage();
  const { offer, ticket } = file;
  const [declining, setDeclining] = useState(false);
  const settled = useSettled(offer.id) && state.pending === null;
  const where = whereOf(file);
  const age = file.senior?.age ?? ticket.who.age;
  return (
    <>
      <main class="offer" data-offer={offer.id} data-urgency={ticket.urgency}>
        <header class="offer-what">
          <p role="alert">
            {t('offer.title')} · {t(keyFor('urgency', ticket.urgency, 'urgency.3'))}
          </p>
          <Heading>{t(keyFor('kind', ticket.kind, 'kind.other'))}</Heading>
          <p class="chip">{t(keyFor('role', offer.role, 'role.support'))}</p>
        </header>
        <div class="offer-glance">
          <Countdown file={file} now={now} />
          <div class="offer-far">
            <p class="label">{t('offer.eta')}</p>
            <p class="huge">{eta(offer.eta_s, lang)}</p>
            {offer.eta_source === 'straight_line' && <span class="tag">{t('offer.straight_line')}</span>}
            {offer.overdue && <span class="tag tag-bad">{t('offer.overdue')}</span>}
          </div>
        </div>
        <section class="offer-where">
          <h2 class="label">{t('offer.where')}</h2>
          <p class="large">
            {where.length === 0 ? t('offer.where_unknown') : where.map((line) => <span key={line}>{line}</span>)}
          </p>
          {age !== null && <p>{t('job.age', { n: age })}</p>}
        </section>
      </main>
      <footer class="actions">
        <SendingLine state={state} />
        {declining ? (
          <DeclineReasons busy={state.pending !== null} onBack={() => setDeclining(false)} />
        ) : (
          <>
            <BigButton look="go" disabled={!settled} onTap={() => void link.take('accept')}>
              {t('offer.accept')}
            </BigButton>
            <BigButton look="calm" disabled={!settled} onTap={() => setDeclining(true)}>
              {t('offer.decline')}
            </BigButton>
          </>
        )}
      </footer>
    </>
  );
}

/** The time left to accept, as a number and as a ring that empties. */
function Countdown({ file: { offer }, now }: { file: OfferFile; now: number }): JSX.Element {
  const { t } = usePage();
  const left = countdownOf(offer, now);
  return (
    <div class={`countdown${left.hurry ? ' countdown-hurry' : ''}`}>
      <div class="countdown-ring" role="timer" aria-label={t('offer.left')}>
        <svg viewBox="0 0 100 100" aria-hidden="true" focusable="false">
          <circle class="countdown-track" cx="50" cy="50" r={RADIUS} />
          <circle class="countdown-rest" cx="50" cy="50" r={RADIUS} stroke-dasharray={`${left.share * ROUND} ${ROUND}`} />
        </svg>
        <span>{left.left_s < 100 ? t('offer.seconds', { n: left.left_s }) : countdown(left.left_s * 1000)}</span>
      </div>
      <p>{t(left.over ? 'offer.over' : 'offer.left')}</p>
    </div>
  );
}
