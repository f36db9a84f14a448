import type { TimelineEntry } from '../../generated/TimelineEntry';
import { useSpeech } from '../i18n';
import { type Detail, detailsOf, shownOf } from '../model/timeline';
import { useFeed } from '../state/feed-store';
import { useTimes } from '../state/use-district';

/** What happened, newest first: the last step is what the next one follows. */
export function Timeline({ entries }: { entries: TimelineEntry[] }) {
  const { t } = useSpeech();
  return (
    <section className="timeline" aria-labelledby="timeline-heading">
      <h3 id="timeline-heading">{t('timeline.heading')}</h3>
      {entries.length === 0 && <p className="muted">{t('timeline.empty')}</p>}
      <ol>
        {shownOf(entries).reverse().map((entry) => (
          <Entry key={entry.seq} entry={entry} />
        ))}
      </ol>
    </section>
  );
}

function Entry({ entry }: { entry: TimelineEntry }) {
  const { t, word } = useSpeech();
  const { timeOfDay } = useTimes();
  const by = entry.by === 'device' ? t('timeline.device') : entry.by === 'machine' ? t('timeline.machine') : entry.by;
  return (
    <li>
      <time>{timeOfDay(entry.at)}</time>
      <span>
        <strong>{word('event', entry.event)}</strong>{' '}
        {detailsOf(entry).map((detail, index) => (
          <span key={index} className="detail">
            <DetailText detail={detail} />
          </span>
        ))}
      </span>
      <span className="muted by">{by}</span>
    </li>
  );
}

function DetailText({ detail }: { detail: Detail }) {
  const { t, word } = useSpeech();
  const responders = useFeed((feed) => feed.responders);
  switch (detail.kind) {
    case 'word':
      return word(detail.group, detail.code);
    case 'responder':
      return responders.get(detail.id)?.name ?? detail.id.slice(-6);
    case 'devices':
      return t('work.devices', { number: detail.count });
    case 'minutes':
      return t('dispatch.ring', { min: detail.value });
    case 'eta':
      return t('timeline.theirEta', { min: detail.minutes });
    case 'metres':
      return t('dispatch.fromDoor', { metres: detail.value });
    case 'round':
      return t('timeline.round', {
        seniors: detail.seniors,
        min: detail.within_min,
        inside: detail.inside,
        plain: detail.plain,
      });
    case 'text':
      return detail.text;
  }
}
