import type { Ticket } from '../../generated/Ticket';
import type { TimelineEntry } from '../../generated/TimelineEntry';
import { ticking } from '../../shared/format';
import { useSpeech } from '../i18n';
import { receivedAt } from '../model/queue';
import { type Lateness, latenessesOf } from '../model/targets';
import { type Detail, detailsOf, shownOf } from '../model/timeline';
import { useFeed } from '../state/feed-store';
import { useTimes } from '../state/use-district';
import { LateMark } from '../ui/LateMark';
import { LongText } from '../ui/LongText';

/** What happened, newest first: the last step is what the next one follows. */
export function Timeline({ ticket, entries }: { ticket: Ticket; entries: TimelineEntry[] }) {
  const { t } = useSpeech();
  const lates = latenessesOf(ticket, entries);
  return (
    <section className="timeline" aria-labelledby="timeline-heading">
      <h3 id="timeline-heading">{t('timeline.heading')}</h3>
      {entries.length === 0 && <p className="muted">{t('timeline.empty')}</p>}
      <ol>
        {shownOf(entries).reverse().map((entry) => (
          <Entry key={entry.seq} entry={entry} start={receivedAt(ticket)} late={lates.get(entry.seq)} />
        ))}
      </ol>
    </section>
  );
}

interface EntryProps {
  entry: TimelineEntry;
  /** When the clock of the ticket started, Unix milliseconds. */
  start: number;
  late: Lateness | undefined;
}

function Entry({ entry, start, late }: EntryProps) {
  const { t, word } = useSpeech();
  const { timeOfDay } = useTimes();
  const by = entry.by === 'device' ? t('timeline.device') : entry.by === 'machine' ? t('timeline.machine') : entry.by === 'outside' ? t('timeline.outside') : entry.by;
  return (
    <li>
      <span>
        <time dateTime={entry.at}>{timeOfDay(entry.at)}</time>
        <span className="since">+{ticking(Date.parse(entry.at) - start)}</span>
      </span>
      <span>
        <strong>{word('event', entry.event)}</strong>{' '}
        {detailsOf(entry).map((detail, index) => (
          <span key={index} className="detail">
            <DetailText detail={detail} />
          </span>
        ))}
        {late !== undefined && <LateMark late={late} />}
      </span>
      <span className="muted by">
        <bdi>{by}</bdi>
      </span>
    </li>
  );
}

function DetailText({ detail }: { detail: Detail }) {
  const { t, word } = useSpeech();
  const { dayAndTime } = useTimes();
  const responders = useFeed((feed) => feed.responders);
  switch (detail.kind) {
    case 'word':
      return word(detail.group, detail.code);
    case 'responder':
      return responders.get(detail.id)?.name ?? detail.id.slice(-6);
    case 'devices':
      return t('work.devices', { number: detail.count });
    case 'until':
      return t('plan.until', { date: dayAndTime(detail.at) });
    case 'tried':
      return t('callBack.tried', { number: detail.times });
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
      return <LongText text={detail.text} />;
  }
}
