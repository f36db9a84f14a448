import type { JSX } from 'preact';

import type { OfferFile } from '../../generated/OfferFile';
import type { Plan as SeniorPlan } from '../../generated/Plan';
import type { Senior } from '../../generated/Senior';
import { ago, distance } from '../../shared/format';
import { mapLink } from '../../shared/map-links';
import { ageOf, placeOf, telLink, whereOf } from '../model/facts';
import { stageOf } from '../model/offer';
import { keyFor, type WordKey } from '../words/words';
import { usePage } from './context';
import { DoorKeys } from './door-keys';
import { LazyWay } from '../way/lazy-way';
import { WrongAddress } from './wrong-address';

/**
 * The file as far as the server gives it, in the order it is needed: on the way the door, then, with
 * the senior, the body and the people to call. `isAsked`: the centre does not know of the acceptance yet, and gave no more
 * than it gives with an offer.
 */
export function SeniorFile({ file, isAsked, now }: { file: OfferFile; isAsked: boolean; now: number }): JSX.Element {
  const { t } = usePage();
  const { senior, ticket } = file;
  const stage = stageOf(file.offer);
  const care = (
    <>
      {senior !== null && <Health senior={senior} />}
      <Calls senior={senior} />
    </>
  );
  const way = (
    <>
      <Door file={file} now={now} />
      {(stage === 'accepted' || stage === 'departed') && <LazyWay file={file} now={now} />}
      <DoorKeys file={file} />
      <SeniorPosition file={file} now={now} />
    </>
  );
  return (
    <>
      <Flags flags={ticket.flags} />
      {senior !== null && senior.plan !== null && <Hazards plan={senior.plan} />}
      {senior !== null && senior.plan !== null && <Plan plan={senior.plan} />}
      {(senior === null || isAsked) && ticket.senior !== null && (
        <p class="card card-wait" role="status">
          {t(isAsked ? 'job.file_after_sent' : 'job.file_loading')}
        </p>
      )}
      {stage === 'with_senior' || stage === 'escorting' ? [care, way] : [way, care]}
    </>
  );
}

const MAPS = ['amap', 'baidu', 'phone'] as const;

/** Nobody can be heard, or hears, on the telephone. */
function cannotTalk(senior: Senior): boolean {
  return senior.plan !== null && (senior.plan.deaf || senior.plan.mute);
}

function Door({ file, now }: { file: OfferFile; now: number }): JSX.Element {
  const { t } = usePage();
  const { senior } = file;
  const where = whereOf(file);
  const place = placeOf(file);
  const isApple = /iPhone|iPad/.test(navigator.userAgent);
  return (
    <>
      <section class="block">
        <h2>{t('job.address')}</h2>
        <p class="large">
          {where.length === 0 ? t('offer.where_unknown') : where.map((line) => <span key={line}>{line}</span>)}
        </p>
        <WrongAddress file={file} now={now} />
      </section>
      {senior !== null && senior.access !== '' && (
        <section class="block block-access">
          <h2>{t('job.access')}</h2>
          <p class="large">{senior.access}</p>
        </section>
      )}
      <div class="pair">
        {place !== null &&
          MAPS.map((app) => (
            <a key={app} class="button button-calm" href={mapLink(app, place, t('job.map_to'), isApple)}>
              {t(`job.map_${app}`)}
            </a>
          ))}
        {senior !== null && senior.phone !== '' && !cannotTalk(senior) && (
          <a class="button button-calm" href={telLink(senior.phone)}>
            {t('job.call_senior')}
            <small>{senior.phone}</small>
          </a>
        )}
      </div>
    </>
  );
}

function Flags({ flags }: { flags: readonly string[] }): JSX.Element | null {
  const { t } = usePage();
  const known: WordKey[] = [];
  if (flags.includes('unverified')) known.push('job.flag_unverified');
  if (flags.includes('no_position')) known.push('job.flag_no_position');
  if (flags.includes('no_voice')) known.push('job.flag_no_voice');
  if (flags.includes('in_hospital')) known.push('job.flag_in_hospital');
  if (flags.includes('away')) known.push('job.flag_away');
  if (flags.includes('deceased')) known.push('job.flag_deceased');
  if (flags.includes('responder_in_distress')) known.push('job.flag_colleague');
  if (known.length === 0) return null;
  return (
    <p class="flags">
      {known.map((key) => (
        <span key={key} class="tag tag-bad">
          {t(key)}
        </span>
      ))}
    </p>
  );
}

/** What is peculiar to the senior: before the door, for it may change where to go and how to speak. */
function Plan({ plan }: { plan: SeniorPlan }): JSX.Element | null {
  const { t } = usePage();
  const lines: string[] = [];
  if (plan.advice !== '') lines.push(plan.advice);
  if (plan.absence !== null) {
    const where = t(plan.absence.place === 'hospital' ? 'job.flag_in_hospital' : 'job.flag_away');
    lines.push([where, plan.absence.note].filter((part) => part !== '').join(' · '));
  }
  if (plan.deaf) lines.push(t('job.deaf'));
  if (plan.mute) lines.push(t('job.mute'));
  if (plan.dialect !== null) lines.push(t('job.dialect', { dialect: plan.dialect }));
  if (lines.length === 0) return null;
  return (
    <section class="block block-access">
      <h2>{t('job.plan')}</h2>
      {lines.map((line) => (
        <p key={line} class="large">
          {line}
        </p>
      ))}
    </section>
  );
}

/** What is dangerous there, before anything else of the plan. */
function Hazards({ plan }: { plan: SeniorPlan }): JSX.Element | null {
  const { t } = usePage();
  if (plan.hazards.length === 0) return null;
  return (
    <section class="block block-danger">
      <h2>{t('hazard.title')}</h2>
      {plan.hazards.map((hazard) => (
        <p key={hazard} class="large">
          {t(keyFor('hazard', hazard, 'hazard.other'))}
        </p>
      ))}
    </section>
  );
}

function SeniorPosition({ file, now }: { file: OfferFile; now: number }): JSX.Element {
  const { t, lang } = usePage();
  const { position } = file.ticket;
  const parts: string[] = [];
  if (position !== null) {
    const age_ms = ageOf(position, now);
    parts.push(t(keyFor('source', position.source, 'source.other')));
    if (age_ms !== null) parts.push(ago(age_ms, lang));
    if (position.accuracy_m !== null) {
      parts.push(t('position.accuracy', { radius: distance(position.accuracy_m, lang) }));
    }
  }
  return (
    <section class="block">
      <h2>{t('job.position')}</h2>
      <p>{position === null ? t('job.position_none') : parts.join(' · ')}</p>
    </section>
  );
}

function Health({ senior }: { senior: Senior }): JSX.Element {
  const { t, lang } = usePage();
  const rows: [WordKey, readonly string[]][] = [
    ['job.allergies', senior.allergies],
    ['job.conditions', senior.conditions],
    ['job.medicines', senior.medicines],
  ];
  return (
    <>
      {rows.map(([key, items]) =>
        items.length === 0 ? null : (
          <section key={key} class={key === 'job.allergies' ? 'block block-danger' : 'block'}>
            <h2>{t(key)}</h2>
            <p>{items.join(lang === 'zh' ? '、' : ', ')}</p>
          </section>
        ),
      )}
    </>
  );
}

function Calls({ senior }: { senior: Senior | null }): JSX.Element {
  const { t } = usePage();
  return (
    <section class="block calls">
      <a class="button button-danger" href="tel:120">
        {t('job.call_120')}
      </a>
      {senior !== null && senior.contacts.length > 0 && <h2>{t('job.contacts')}</h2>}
      {senior?.contacts.map((contact) => (
        <a key={contact.phone + contact.name} class="button button-calm" href={telLink(contact.phone)}>
          {contact.name} {contact.relation}
          {contact.opens_door && ` · ${t('job.opens_door')}`}
          <small>{contact.phone}</small>
        </a>
      ))}
    </section>
  );
}
