import { useEffect, useRef, useState } from 'react';

import type { UnrecordedAlarm } from '../../generated/UnrecordedAlarm';
import { ticking } from '../../shared/format';
import { PlaceLine } from '../file/PlaceLine';
import { useSpeech } from '../i18n';
import { notToldOf } from '../model/unrecorded';
import { useFeed } from '../state/feed-store';
import { useNow } from '../state/now';
import { useTimes } from '../state/use-district';

/**
 * Alarms that the database could not take, above everything in the queue. Nobody can dismiss them:
 * they go when they have become tickets. They are no tickets, so nothing here can be chosen.
 */
export function UnrecordedAlarms() {
  const { t } = useSpeech();
  const { alarms, total } = useFeed((feed) => feed.unrecorded);
  return (
    <>
      <Announcement alarms={alarms} total={total} />
      {alarms.length > 0 && (
        <section className="unrecorded" aria-labelledby="unrecorded-heading">
          <h2 id="unrecorded-heading">
            <AlertMark />
            {t('unrecorded.heading')}
            <span className="count">{t('unrecorded.total', { number: total })}</span>
          </h2>
          <p>{t('unrecorded.why')}</p>
          <p className="now">{t('unrecorded.now')}</p>
          {/* Whoever has no mouse must be able to scroll a long list, and only that: its rows take no focus. */}
          <ul tabIndex={0} aria-labelledby="unrecorded-heading">
            {alarms.map((alarm) => (
              <UnrecordedRow key={alarm.id} alarm={alarm} />
            ))}
            {total > alarms.length && <li className="more">{t('unrecorded.more', { number: total - alarms.length })}</li>}
          </ul>
        </section>
      )}
    </>
  );
}

/** One alarm: what, since when, which device, where. Whose device it is only the database knows. */
function UnrecordedRow({ alarm }: { alarm: UnrecordedAlarm }) {
  const { t, word } = useSpeech();
  const { timeOfDay } = useTimes();
  const now = useNow();
  const { position } = alarm;
  return (
    <li data-unrecorded={alarm.id}>
      <p className="row-line">
        <AlertMark />
        <span>{t('unrecorded.heading')}</span>
        <strong className="kind">{word('kind', alarm.kind)}</strong>
        <time className="age" dateTime={alarm.received_at} title={t('file.since', { time: timeOfDay(alarm.received_at) })}>
          {ticking(now - Date.parse(alarm.received_at))}
        </time>
      </p>
      <p className="row-line">
        <span>{word('protocol', alarm.protocol)}</span>
        <strong className="device">{alarm.device}</strong>
      </p>
      <p className="row-line">
        {position !== null && (
          <span>{t('unrecorded.place', { lat: position.lat.toFixed(5), lon: position.lon.toFixed(5) })}</span>
        )}
        <PlaceLine placed={alarm} />
      </p>
    </li>
  );
}

/** What there is to say: the newest alarm, and how many there were when it came. */
interface News {
  newest: UnrecordedAlarm;
  total: number;
}

/** Says new alarms to those who listen; what they have heard is not said again. */
function Announcement({ alarms, total }: { alarms: readonly UnrecordedAlarm[]; total: number }) {
  const { t, word } = useSpeech();
  const told = useRef(new Set<string>());
  const [news, setNews] = useState<News | null>(null);

  useEffect(() => {
    const [newest] = notToldOf(alarms, told.current);
    if (newest !== undefined) setNews({ newest, total });
    else if (alarms.length === 0) setNews(null);
  }, [alarms, total]);

  return (
    // There from the start: what appears together with its words is not read by every reader.
    <p className="for-ears" aria-live="assertive" aria-atomic="true">
      {news !== null &&
        t('unrecorded.announce', {
          number: news.total,
          kind: word('kind', news.newest.kind),
          device: `${word('protocol', news.newest.protocol)} ${news.newest.device}`,
        })}
    </p>
  );
}

/** A diamond with a call in it: a shape that no urgency has. */
function AlertMark() {
  return (
    <svg className="alert-mark" viewBox="0 0 20 20" aria-hidden="true">
      <path d="M10 .5 19.5 10 10 19.5.5 10z" fill="currentColor" />
      <path d="M10 4.8v6.4M10 13.4v2" stroke="var(--red)" strokeWidth="2.2" />
    </svg>
  );
}
