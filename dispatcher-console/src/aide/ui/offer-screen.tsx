import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

import type { OfferFile } from '../../generated/OfferFile';
import { distance, eta } from '../../shared/format';
import { nameOf, wayFrom, whereOf } from '../model/facts';
import { lastFix } from '../model/position';
import type { AideState } from '../model/state';
import { keyFor } from '../words/words';
import { useSettled, usePage } from './context';
import { CountdownRing } from './countdown-ring';
import { DeclineReasons } from './decline-reasons';
import { BigButton, Heading } from './parts';
import { WaitingLine } from './waiting-line';
import { WeatherCard } from './weather-card';

interface OfferProps {
  file: OfferFile;
  /** Other work in hand, which this offer interrupts. */
  job: OfferFile | null;
  state: AideState;
  now: number;
}

/** An offer that waits for an answer: what, how far, where, how long, and two buttons. */
export function OfferScreen({ file, job, state, now }: OfferProps): JSX.Element {
  const { aide, t } = usePage();
  const { offer, ticket } = file;
  const [declining, setDeclining] = useState(false);
  const settled = useSettled(offer.id);
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
          <CountdownRing offer={offer} now={now} />
          <HowFar file={file} state={state} />
        </div>
        <Where file={file} />
        <WeatherCard file={file} />
        {job !== null && (
          <p class="card card-wait">{t('offer.busy_job', { name: nameOf(job) ?? t('job.unknown_senior') })}</p>
        )}
      </main>
      <footer class="actions">
        <WaitingLine outbox={state.outbox} now={now} />
        {declining ? (
          <DeclineReasons offer={offer.id} onBack={() => setDeclining(false)} />
        ) : (
          <>
            <BigButton look="go" disabled={!settled} onTap={() => aide.take(offer.id, 'accept')}>
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

function HowFar({ file, state }: { file: OfferFile; state: AideState }): JSX.Element {
  const { t, lang } = usePage();
  const { offer } = file;
  const way_m = wayFrom(lastFix(state.position), file);
  return (
    <div class="offer-far">
      <p class="label">{t('offer.eta')}</p>
      <p class="huge">{eta(offer.eta_s, lang)}</p>
      {offer.eta_source === 'straight_line' && <span class="tag">{t('offer.straight_line')}</span>}
      {offer.overdue && <span class="tag tag-bad">{t('offer.overdue')}</span>}
      {way_m !== null && <p class="detail">{t('offer.distance', { distance: distance(way_m, lang) })}</p>}
    </div>
  );
}

function Where({ file }: { file: OfferFile }): JSX.Element {
  const { t } = usePage();
  const where = whereOf(file);
  const age = file.senior?.age ?? file.ticket.who.age;
  return (
    <section class="offer-where">
      <h2 class="label">{t('offer.where')}</h2>
      <p class="large">
        {where.length === 0 ? t('offer.where_unknown') : where.map((line) => <span key={line}>{line}</span>)}
      </p>
      <p>
        {nameOf(file) ?? t('job.unknown_senior')}
        {age !== null && ` · ${t('job.age', { n: age })}`}
      </p>
    </section>
  );
}
