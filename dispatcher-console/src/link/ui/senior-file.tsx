import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

import { ageOf, placeOf, telLink, whereOf } from '../../aide/model/facts';
import { partnersOf, stageOf } from '../../aide/model/offer';
import { keyFor, type WordKey } from '../../aide/words/words';
import type { OfferFile } from '../../generated/OfferFile';
import { ago, dayAndTime, distance, listed } from '../../shared/format';
import { type MapApp, mapLink } from '../../shared/map-links';
import { copyText } from '../app/copy';
import { usePage } from './context';
import { CallCentre } from './parts';

const MAPS: readonly MapApp[] = ['amap', 'baidu', 'phone'];

/** The file as far as the server gives it, in the order it is needed: what is dangerous, the door, whom to call, the body. */
export function SeniorFile({ file, now }: { file: OfferFile; now: number }): JSX.Element {
  const stage = stageOf(file.offer);
  const isThere = stage === 'with_senior' || stage === 'escorting';
  const [health, calls] = [<Health key="health" file={file} />, <Calls key="calls" file={file} />];
  const way = [<Door key="door" file={file} now={now} />, <Way key="way" file={file} />];
  return (
    <>
      <Warnings file={file} />
      {isThere ? [health, calls, ...way] : [...way, calls, health]}
      <Team file={file} />
    </>
  );
}

/** What harms, and what to know before the door. */
function Warnings({ file }: { file: OfferFile }): JSX.Element {
  const { t, lang } = usePage();
  const { weather, waits_for: waits } = file;
  const plan = file.senior?.plan ?? null;
  const flags = (['unverified', 'no_position', 'no_voice', 'in_hospital', 'away', 'deceased'] as const).filter((flag) =>
    file.ticket.flags.includes(flag),
  );
  const advice: string[] = [];
  if (plan !== null) {
    if (plan.advice !== '') advice.push(plan.advice);
    if (plan.absence !== null) advice.push(plan.absence.note);
    if (plan.deaf) advice.push(t('job.deaf'));
    if (plan.mute) advice.push(t('job.mute'));
    if (plan.dialect !== null) advice.push(t('job.dialect', { dialect: plan.dialect }));
  }
  const said = advice.filter((line) => line !== '');
  return (
    <>
      {flags.length > 0 && (
        <p class="flags">
          {flags.map((flag) => (
            <span key={flag} class="tag tag-bad">
              {t(`job.flag_${flag}`)}
            </span>
          ))}
        </p>
      )}
      {plan !== null && plan.hazards.length > 0 && (
        <section class="block block-danger">
          <h2>{t('hazard.title')}</h2>
          {plan.hazards.map((hazard) => (
            <p key={hazard} class="large">
              {t(keyFor('hazard', hazard, 'hazard.other'))}
            </p>
          ))}
        </section>
      )}
      {weather !== null && (
        <section class="block block-danger">
          <h2>{t('weather.title', { stops: listed(weather.stops.map((way) => t(way === 'car' ? 'travel.car' : 'travel.ebike')), lang) })}</h2>
          {weather.note !== '' && <p>{weather.note}</p>}
          <p>{t('weather.until', { time: dayAndTime(weather.until, lang) })}</p>
        </section>
      )}
      {waits.length > 0 && stageOf(file.offer) !== 'with_senior' && (
        <section class="block block-danger">
          <h2>{t('wait.title')}</h2>
          <p class="large">{t('wait.text', { why: listed(waits.map((why) => t(keyFor('wait', why, 'wait.danger'))), lang) })}</p>
          <p>{t('wait.help')}</p>
        </section>
      )}
      {said.length > 0 && (
        <section class="block block-access">
          <h2>{t('job.plan')}</h2>
          {said.map((line) => (
            <p key={line} class="large">
              {line}
            </p>
          ))}
        </section>
      )}
    </>
  );
}

function Door({ file, now }: { file: OfferFile; now: number }): JSX.Element {
  const { t, lang } = usePage();
  const { senior, keys, ticket } = file;
  const where = whereOf(file);
  const { position } = ticket;
  const age_ms = position === null ? null : ageOf(position, now);
  return (
    <>
      <section class="block">
        <h2>{t('job.address')}</h2>
        <p class="large">
          {where.length === 0 ? t('offer.where_unknown') : where.map((line) => <span key={line}>{line}</span>)}
        </p>
        {position !== null && (
          <p class="detail">
            {[t(keyFor('source', position.source, 'source.other')), age_ms === null ? '' : ago(age_ms, lang)]
              .concat(position.accuracy_m === null ? '' : t('position.accuracy', { radius: distance(position.accuracy_m, lang) }))
              .filter((part) => part !== '')
              .join(' · ')}
          </p>
        )}
      </section>
      {senior !== null && senior.access !== '' && (
        <section class="block block-access">
          <h2>{t('job.access')}</h2>
          <p class="large">{senior.access}</p>
        </section>
      )}
      {keys.length > 0 && (
        <section class="block block-access">
          <h2>{t('door.keys')}</h2>
          {keys.map(({ id, kind, place, note }) => (
            <p key={id}>
              <strong>{t(keyFor('keys', kind, 'keys.key'))}</strong>{' '}
              {[place, kind === 'code' ? t('door.ask_code') : '', note].filter((part) => part !== '').join(' · ')}
            </p>
          ))}
        </section>
      )}
    </>
  );
}

/** Hands the way over to a map of the phone. */
function Way({ file }: { file: OfferFile }): JSX.Element | null {
  const { t } = usePage();
  const [copied, setCopied] = useState(false);
  const place = placeOf(file);
  const address = whereOf(file).join(' ');
  if (place === null) return null;
  const isApple = /iPhone|iPad/.test(navigator.userAgent);
  const inWeChat = /MicroMessenger/.test(navigator.userAgent);
  return (
    <section class="block">
      <h2>{t('map.title')}</h2>
      <div class="pair">
        {MAPS.map((app) => (
          <a key={app} class="button button-calm" href={mapLink(app, place, t('job.map_to'), isApple)}>
            {t(`job.map_${app}`)}
          </a>
        ))}
        {address !== '' && (
          <button type="button" class="button button-calm" onClick={() => void copyText(address).then(setCopied)}>
            <span role="status">{t(copied ? 'map.copied' : 'map.copy')}</span>
          </button>
        )}
      </div>
      {inWeChat && <p>{t('map.wechat')}</p>}
    </section>
  );
}

function Health({ file: { senior } }: { file: OfferFile }): JSX.Element | null {
  const { t, lang } = usePage();
  if (senior === null) return null;
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
            <p>{listed(items, lang)}</p>
          </section>
        ),
      )}
    </>
  );
}

function Calls({ file: { senior } }: { file: OfferFile }): JSX.Element {
  const { t } = usePage();
  const cannotTalk = senior?.plan !== null && senior?.plan !== undefined && (senior.plan.deaf || senior.plan.mute);
  const contacts = senior?.contacts.filter(({ phone }) => phone !== '') ?? [];
  return (
    <section class="block calls">
      {senior !== null && senior.phone !== '' && !cannotTalk && (
        <a class="button button-calm" href={telLink(senior.phone)}>
          {t('job.call_senior')}
          <small>{senior.phone}</small>
        </a>
      )}
      <CallCentre />
      <a class="button button-danger" href="tel:120">
        {t('job.call_120')}
      </a>
      {contacts.length > 0 && <h2>{t('job.contacts')}</h2>}
      {contacts.map(({ name, relation, phone, opens_door }) => (
        <a key={phone + name} class="button button-calm" href={telLink(phone)}>
          {name} {relation}
          {opens_door && ` · ${t('job.opens_door')}`}
          <small>{phone}</small>
        </a>
      ))}
    </section>
  );
}

function Team({ file }: { file: OfferFile }): JSX.Element {
  const { t } = usePage();
  const partners = partnersOf(file);
  return (
    <section class="block">
      <h2>{t('job.team')}</h2>
      {partners.length === 0 && <p class="muted">{t('job.team_none')}</p>}
      {partners.map((offer) => {
        const partner = file.partners.find(({ responder }) => responder === offer.responder);
        return (
          <div key={offer.id}>
            <p>
              <span class="chip">{t(keyFor('role', offer.role, 'role.support'))}</span>{' '}
              {t(keyFor('partner', stageOf(offer), 'partner.offered'))}
            </p>
            {partner !== undefined && (
              <a class="button button-calm" href={telLink(partner.phone)}>
                {partner.name}
                <small>{partner.phone}</small>
              </a>
            )}
          </div>
        );
      })}
    </section>
  );
}
