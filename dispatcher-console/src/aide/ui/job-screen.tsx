import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

import type { Offer } from '../../generated/Offer';
import type { OfferFile } from '../../generated/OfferFile';
import { ago } from '../../shared/format';
import { nameOf } from '../model/facts';
import { canGiveBack, nextStep, progressOf, stageOf } from '../model/offer';
import type { AideState } from '../model/state';
import { keyFor } from '../words/words';
import { useSettled, usePage } from './context';
import { DeclineReasons } from './decline-reasons';
import { BigButton, Heading } from './parts';
import { SendingLine } from './sending-line';
import { SeniorFile } from './senior-file';
import { TeamCard } from './team-card';

interface JobProps {
  file: OfferFile;
  state: AideState;
  now: number;
}

/** Work in hand: the senior's file, and under the thumb the one next step. */
export function JobScreen({ file, state, now }: JobProps): JSX.Element {
  const { t } = usePage();
  const { offer, ticket } = file;
  const sending = state.sending?.state === 'sending';
  const [givingBack, setGivingBack] = useState(false);
  const name = nameOf(file) ?? t('job.unknown_senior');
  // What the next step needs stands at the top.
  const stage = stageOf(offer);
  useEffect(() => scrollTo(0, 0), [stage]);
  return (
    <>
      <main class="job" data-offer={offer.id} data-urgency={ticket.urgency}>
        <section role="region" aria-label={name} data-ticket={ticket.id}>
          <JobHead file={file} name={name} now={now} />
          <Progress file={file} />
          <SeniorFile file={file} now={now} />
          <TeamCard file={file} />
        </section>
        {canGiveBack(offer) && !givingBack && (
          <BigButton look="quiet" onTap={() => setGivingBack(true)}>
            {t('decline.give_back')}
          </BigButton>
        )}
      </main>
      <footer class="actions">
        <SendingLine sending={state.sending} offer={offer.id} />
        {givingBack && canGiveBack(offer) ? (
          <DeclineReasons
            offer={offer.id}
            disabled={sending}
            onBack={() => setGivingBack(false)}
          />
        ) : (
          <NextStep offer={offer} sending={sending} />
        )}
      </footer>
    </>
  );
}

/** The one thing to do next; it rests for a moment when it becomes another thing. */
function NextStep({ offer, sending }: { offer: Offer; sending: boolean }): JSX.Element | null {
  const { aide, t } = usePage();
  const next = nextStep(offer);
  const settled = useSettled(stageOf(offer));
  if (next === null) return null;
  const { step, other } = next;
  return (
    <>
      <BigButton look="go" disabled={sending || !settled} onTap={() => aide.take(offer.id, step)}>
        {t(`step.${step}`)}
      </BigButton>
      {other !== null && (
        <BigButton look="calm" disabled={sending || !settled} onTap={() => aide.take(offer.id, other)}>
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

function Progress({ file }: { file: OfferFile }): JSX.Element {
  const { t } = usePage();
  const { at, of } = progressOf(file.offer);
  const stage = stageOf(file.offer);
  return (
    <div class="progress">
      <ol aria-label={t('progress.label', { n: at, of })}>
        {Array.from({ length: of }, (_, index) => (
          <li key={index} class={index < at ? 'progress-past' : ''} />
        ))}
      </ol>
      <p>{t(keyFor('progress', stage, 'progress.accepted'))}</p>
    </div>
  );
}
