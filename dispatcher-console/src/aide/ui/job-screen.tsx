import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

import type { Offer } from '../../generated/Offer';
import type { OfferFile } from '../../generated/OfferFile';
import { ago } from '../../shared/format';
import { nameOf } from '../model/facts';
import { canGiveBack, hasArrived, nextStep, progressOf, stageOf } from '../model/offer';
import type { AideState } from '../model/state';
import { keyFor } from '../words/words';
import { useSettled, usePage } from './context';
import { DeclineReasons } from './decline-reasons';
import { HandoverCard } from './handover-card';
import { HelpCard } from './help-card';
import { LazyReport } from './lazy-report';
import { BigButton, Heading } from './parts';
import { PhotoCard } from './photo-card';
import { SeniorFile } from './senior-file';
import { TeamCard } from './team-card';
import { WaitCard } from './wait-card';
import { WaitingLine } from './waiting-line';
import { WeatherCard } from './weather-card';
import { WordCard } from './word-card';

interface JobProps {
  file: OfferFile;
  state: AideState;
  now: number;
}

/** Work in hand: the senior's file, and under the thumb the one next step. */
export function JobScreen({ file, state, now }: JobProps): JSX.Element {
  const { t } = usePage();
  const { offer, ticket } = file;
  const { outbox } = state;
  // What the centre has said is told apart from what only this phone knows.
  const confirmed = state.offers.find((known) => known.offer.id === offer.id)?.offer ?? offer;
  const wordGiven = outbox.waiting.some((entry) => entry.offer === offer.id && entry.step === 'safe');
  const [givingBack, setGivingBack] = useState(false);
  const name = nameOf(file) ?? t('job.unknown_senior');
  // What the next step needs stands at the top.
  const stage = stageOf(offer);
  useEffect(() => scrollTo(0, 0), [stage]);
  // On the way the address stands first; behind the door, who else is needed.
  const help = <HelpCard offer={offer} confirmed={confirmed} waiting={outbox.waiting} />;
  return (
    <>
      <main class="job" data-offer={offer.id} data-urgency={ticket.urgency}>
        <section role="region" aria-label={name} data-ticket={ticket.id}>
          <JobHead file={file} name={name} now={now} />
          <Progress offer={offer} confirmed={confirmed} />
          <WeatherCard file={file} />
          <WaitCard file={file} />
          <Entry file={file} />
          <WordCard offer={offer} isGiven={wordGiven} now={now} />
          {hasArrived(offer) && help}
          <LazyReport file={file} waiting={outbox.waiting} />
          <HandoverCard file={file} />
          <SeniorFile file={file} isAsked={confirmed.status === 'offered'} now={now} />
          <PhotoCard file={file} />
          <TeamCard file={file} />
          {!hasArrived(offer) && help}
        </section>
        {canGiveBack(offer) && !givingBack && (
          <BigButton look="quiet" onTap={() => setGivingBack(true)}>
            {t('decline.give_back')}
          </BigButton>
        )}
      </main>
      <footer class="actions">
        <WaitingLine outbox={outbox} now={now} />
        {givingBack && canGiveBack(offer) ? (
          <DeclineReasons offer={offer.id} onBack={() => setGivingBack(false)} />
        ) : (
          <NextStep offer={offer} />
        )}
      </footer>
    </>
  );
}

/** The one thing to do next; it rests for a moment when it becomes another thing. */
function NextStep({ offer }: { offer: Offer }): JSX.Element | null {
  const { aide, t } = usePage();
  const next = nextStep(offer);
  const settled = useSettled(stageOf(offer));
  if (next === null) return null;
  const { step, other } = next;
  return (
    <>
      <BigButton look="go" disabled={!settled} onTap={() => aide.take(offer.id, step)}>
        {t(`step.${step}`)}
      </BigButton>
      {other !== null && (
        <BigButton look="calm" disabled={!settled} onTap={() => aide.take(offer.id, other)}>
          {t(`step.${other}`)}
        </BigButton>
      )}
    </>
  );
}

function JobHead({ file, name, now }: { file: OfferFile; name: string; now: number }): JSX.Element {
  const { t, lang } = usePage();
  const { offer, ticket, senior } = file;
  const age = senior?.age ?? ticket.who.age;
  const sex = senior === null ? null : keyFor('job', senior.sex, 'job.female');
  const received = ticket.times.received ?? ticket.times.opened;
  return (
    <header class="job-head">
      <p>
        <span class="chip">{t(keyFor('role', offer.role, 'role.support'))}</span>
        <span class="chip chip-urgency">{t(keyFor('urgency', ticket.urgency, 'urgency.3'))}</span>
        <span>{t(keyFor('kind', ticket.kind, 'kind.other'))}</span>
      </p>
      <Heading>{name}</Heading>
      <p class="job-who">
        {age !== null && <span>{t('job.age', { n: age })}</span>}
        {sex !== null && <span>{t(sex)}</span>}
        {received !== null && <span>{t('job.received', { age: ago(now - Date.parse(received), lang) })}</span>}
        <span>{t('job.number', { n: ticket.number })}</span>
      </p>
    </header>
  );
}

/** The door is to be opened by force, is open, or is secured. */
function Entry({ file }: { file: OfferFile }): JSX.Element | null {
  const { t } = usePage();
  const entry = file.ticket.forced_entry;
  if (entry === null || entry.called_off !== null) return null;
  const said = entry.secured !== null ? 'entry.secured' : entry.opened !== null ? 'entry.opened' : 'entry.decided';
  return (
    <section class="block block-access">
      <h2>{t('entry.title')}</h2>
      <p class="large">{t(said)}</p>
      <p>{t('entry.witness', { name: entry.witness })}</p>
    </section>
  );
}

function Progress({ offer, confirmed }: { offer: Offer; confirmed: Offer }): JSX.Element {
  const { t } = usePage();
  const { at, of } = progressOf(offer);
  const known = progressOf(confirmed).at;
  const stage = stageOf(offer);
  return (
    <div class="progress">
      <ol aria-label={t('progress.label', { n: at, of })}>
        {Array.from({ length: of }, (_, index) => (
          <li key={index} class={index < known ? 'progress-past' : index < at ? 'progress-unsent' : ''} />
        ))}
      </ol>
      <p>
        {t(keyFor('progress', stage, 'progress.accepted'))}
        {known < at && <span class="tag tag-unsent">{t('progress.unsent')}</span>}
      </p>
    </div>
  );
}
