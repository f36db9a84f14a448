import { useSpeech } from '../i18n';
import { unseenAlarms } from '../model/popup';
import { openFile, useDesk } from '../state/desk';
import { useFeed } from '../state/feed-store';

/** Says that a further alarm waits, when it did not pop up because the operator is busy. */
export function NewAlarmBar() {
  const { t } = useSpeech();
  const tickets = useFeed((feed) => feed.tickets);
  const shown = useDesk((desk) => desk.shown);
  const unseen = unseenAlarms({ tickets: tickets.values(), shown });
  const first = unseen[0];
  if (first === undefined) return null;
  return (
    <p className="new-alarm" role="alert">
      <span>{t('queue.urgent', { number: unseen.length, who: first.who.name ?? t('queue.unknown') })}</span>
      <button type="button" className="button small" onClick={() => openFile(first.id)}>
        {t('queue.openIt')}
      </button>
    </p>
  );
}
