import type { JSX } from 'preact';

import type { OfferFile } from '../../generated/OfferFile';
import { dayAndTime } from '../../shared/format';
import { usePage } from './context';

/** What nobody rides in this weather: the way is reckoned on foot. */
export function WeatherCard({ file: { weather } }: { file: OfferFile }): JSX.Element | null {
  const { t, lang } = usePage();
  if (weather === null) return null;
  const stops = weather.stops.map((way) => t(way === 'car' ? 'travel.car' : 'travel.ebike')).join(lang === 'zh' ? '、' : ', ');
  return (
    <section class="block block-danger" data-weather={weather.stops.join(' ')}>
      <h2>{t('weather.title', { stops })}</h2>
      {weather.note !== '' && <p>{weather.note}</p>}
      <p>{t('weather.until', { time: dayAndTime(weather.until, lang) })}</p>
    </section>
  );
}
