import type { TimelineEntry } from '../../generated/TimelineEntry';
import type { Ticket } from '../../generated/Ticket';
import { useSpeech } from '../i18n';
import { type Told, toldOf } from '../model/told';
import { useFeed } from '../state/feed-store';
import { useTimes } from '../state/use-district';

/** Not more than fit at a glance; the timeline has them all. */
const SHOWN = 8;

/** Who was told, and whether it arrived. */
export function ToldCard({ ticket, entries }: { ticket: Ticket; entries: readonly TimelineEntry[] }) {
  const { t } = useSpeech();
  const { timeOfDay } = useTimes();
  const told = toldOf(entries);
  const family = ticket.times.family_told;
  return (
    <section className="told" aria-labelledby="told-heading">
      <h3 id="told-heading">{t('told.heading')}</h3>
      <ul>
        <li data-arrived={family === null ? 'none' : 'yes'}>
          <strong>{t('told.familyByPhone')}</strong>{' '}
          {family === null ? <span className="doubt">{t('told.notYet')}</span> : <time>{timeOfDay(family)}</time>}
        </li>
        {told.slice(0, SHOWN).map((one) => (
          <ToldLine key={one.key} told={one} />
        ))}
        {told.length > SHOWN && <li className="muted">{t('told.more', { number: told.length - SHOWN })}</li>}
      </ul>
    </section>
  );
}

function ToldLine({ told }: { told: Told }) {
  const { t, word } = useSpeech();
  const { timeOfDay } = useTimes();
  const responder = useFeed((feed) => (told.responder === null ? undefined : feed.responders.get(told.responder)));
  const who = told.name ?? responder?.name ?? (told.whom === 'leader' ? word('target', 'leader') : t('told.somebody'));
  return (
    <li data-arrived={told.arrived}>
      <strong>{who}</strong> {told.relation !== null && <span className="muted">{told.relation}</span>}{' '}
      <span>{[told.channel !== null && word('channel', told.channel), told.text !== null && word('messageText', told.text)].filter(Boolean).join(' · ')}</span>{' '}
      <span className={`arrived ${told.arrived}`}>
        {told.arrived === 'yes' ? '✓ ' : told.arrived === 'no' ? '✕ ' : '… '}
        {told.state !== null && word('messageState', told.state)}
      </span>{' '}
      <time className="muted">{timeOfDay(told.at)}</time>
    </li>
  );
}
