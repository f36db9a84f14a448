import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

import { nameOf } from '../../aide/model/facts';
import { canGiveBack, hasArrived, nextStep, progressOf, stageOf } from '../../aide/model/offer';
import { keyFor } from '../../aide/words/words';
import type { OfferFile } from '../../generated/OfferFile';
import { ago } from '../../shared/format';
import type { State } from '../model/state';
import { usePage } from './context';
import { DeclineReasons } from './decline-reasons';
import { HelpCard } from './help-card';
import { BigButton, Heading, OtherLanguage, useSettled } from './parts';
import { SendingLine } from './sending-line';
import { SeniorFile } from './senior-file';

/** Work in hand: the file as far as needed, and under the thumb the one next step. */
export function JobScreen({ file, state, now }: { file: OfferFile; state: State; now: number }): JSX.Element {
  const { t } = usePage();
  const { offer, ticket } = file;
  const [givingBack, setGivingBack] = useState(false);
  const name = nameOf(file) ?? t('job.unknown_senior');
  // What the next step needs stands at the top.
  const stage = stageOf(offer);
  useEffect(() => scrollTo(0, 0), [stage]);
  // On the way the address stands first; behind the door, who else is needed.
  const help = <HelpCard offer={offer} busy={state.pending !== null} />;
  const gives = givingBack && canGiveBack(offer);
  return (
    <>
      <main class="job" data-offer={offer.id} data-urgency={ticket.urgency}>
        <section role="region" aria-label={name} data-ticket={ticket.id}>
          <Head file={file} name={name} now={now} />
          <Progress file={file} />
          {hasArrived(offer) && help}
          <SeniorFile file={file} now={now} />
          {!hasArrived(offer) && help}
        </section>
        {canGiveBack(offer) && !gives && (
          <BigButton look="quiet" onTap={() => setGivingBack(true)}>
            {t('decline.give_back')}
          </BigButton>
        )}
        <OtherLanguage />
      </main>
      <footer class="actions">
        <SendingLine state={state} />
        {gives ? (
          <DeclineReasons busy={state.pending !== null} onBack={() => setGivingBack(false)} />
        ) : (
          <NextStep file={file} busy={state.pending !== null} />
        )}
      </footer>
    </>
  );
}

function NextStep({ file: { offer }, busy }: { file: OfferFile; busy: boolean }): JSX.Element | null {
  const { link, t } = usePage();
  const next = nextStep(offer);
  const settled = useSettled(stageOf(offer)) && !busy;
  if (next === null) return null;
  const { step, other } = next;
  return (
    <>
      <BigButton look="go" disabled={!settled} onTap={() => void link.take(step)}>
        {t(`step.${step}`)}
      </BigButton>
      {other !== null && (
        <BigButton look="calm" disabled={!settled} onTap={() => void link.take(other)}>
          {t(`step.${other}`)}
        </BigButton>
      )}
    </>
  );
}

function Head({ file, name, now }: { file: OfferFile; name: string; now: number }): JSX.Element {
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

function Progress({ file: { offer } }: { file: OfferFile }): JSX.Element {
  const { t } = usePage();
  const { at, of } = progressOf(offer);
  return (
    <div class="progress">
      <ol aria-label={t('progress.label', { n: at, of })}>
        {Array.from({ length: of }, (_, index) => (
          <li key={index} class={index < at ? 'progress-past' : ''} />
        ))}
      </ol>
      <p>{t(keyFor('progress', stageOf(offer), 'progress.accepted'))}</p>
    </div>
  );
}
