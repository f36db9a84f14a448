import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';

import type { Month } from '../../generated/Month';
import type { Trip } from '../../generated/Trip';
import { dayAndTime } from '../../shared/format';
import { beside, monthOf, type MonthView } from '../model/month';
import { usePage } from './context';
import { BigButton, Heading } from './parts';

/** The own month, as the pay sheet needs it. */
export function MonthScreen({ view, now }: { view: MonthView | null; now: number }): JSX.Element {
  const { aide, t, lang } = usePage();
  const current = monthOf(now);
  const month = view?.month ?? current;
  // Read anew whenever it is opened: work goes on.
  useEffect(() => aide.readMonth(month), []);
  const name = new Intl.DateTimeFormat(lang === 'zh' ? 'zh-CN' : 'en', { year: 'numeric', month: 'long' }).format(new Date(`${month}-15T12:00:00`));
  return (
    <main class="stack">
      <Heading>{t('month.title')}</Heading>
      <nav class="months" aria-label={t('month.title')}>
        <button type="button" class="button button-quiet" aria-label={t('month.previous')} onClick={() => aide.readMonth(beside(month, -1))}>
          ‹
        </button>
        <strong role="status">{name}</strong>
        <button
          type="button"
          class="button button-quiet"
          aria-label={t('month.next')}
          disabled={month >= current}
          onClick={() => aide.readMonth(beside(month, 1))}
        >
          ›
        </button>
      </nav>
      {view?.problem === true && (
        <section class="card card-bad" role="alert">
          <p>{t('month.failed')}</p>
          <BigButton look="calm" onTap={() => aide.readMonth(month)}>
            {t('month.retry')}
          </BigButton>
        </section>
      )}
      {view?.data == null ? view?.problem !== true && <p class="muted">{t('page.loading')}</p> : <Sheet month={view.data} />}
      <BigButton look="quiet" onTap={() => aide.open(null)}>
        {t('selftest.back')}
      </BigButton>
    </main>
  );
}

function Sheet({ month }: { month: Month }): JSX.Element {
  const { t } = usePage();
  return (
    <>
      <dl class="sums">
        <Sum of={t('month.trips')} is={month.trips} />
        <Sum of={t('month.nights')} is={month.nights} detail={t('month.nights_help')} />
        <Sum of={t('month.withdrawn')} is={month.withdrawn} />
        <Sum of={t('month.km')} is={month.km} />
      </dl>
      {month.without_km > 0 && <p class="card card-wait">{t('month.without_km', { n: month.without_km })}</p>}
      {month.items.length === 0 ? (
        <p class="muted">{t('month.none')}</p>
      ) : (
        <ol class="trips">
          {month.items.map((trip) => (
            <TripLine key={`${trip.number}-${trip.offered_at}`} trip={trip} />
          ))}
        </ol>
      )}
      <p class="muted">{t('month.basis')}</p>
    </>
  );
}

function Sum({ of, is, detail }: { of: string; is: number; detail?: string }): JSX.Element {
  return (
    <div>
      <dt>
        {of}
        {detail !== undefined && <small>{detail}</small>}
      </dt>
      <dd>{is}</dd>
    </div>
  );
}

function TripLine({ trip }: { trip: Trip }): JSX.Element {
  const { t, lang } = usePage();
  const facts = [
    t(trip.role === 'support' ? 'role.support' : 'role.lead'),
    trip.night ? t('month.night') : null,
    trip.withdrawn_at !== null ? t('month.was_withdrawn') : trip.done_at === null ? t('month.going_on') : null,
    trip.km === null ? null : t('month.distance', { km: trip.km }),
  ];
  return (
    <li>
      <strong>{dayAndTime(trip.on_scene_at ?? trip.offered_at, lang)}</strong>
      <span>{t('month.number', { n: trip.number })}</span>
      <span class="muted">{facts.filter((fact) => fact !== null).join(' · ')}</span>
    </li>
  );
}
