import { useMemo } from 'react';

import { useSpeech } from '../i18n';
import { nameOf } from '../model/distress';
import { unseenAlarms } from '../model/popup';
import { openFile, useDesk } from '../state/desk';
import { useFeed } from '../state/feed-store';
import { Kbd } from '../ui/Kbd';

/** Says that a further alarm waits, when it did not pop up because the operator is busy. */
export function NewAlarmBar() {
  const { t } = useSpeech();
  const tickets = useFeed((feed) => feed.tickets);
  const shown = useDesk((desk) => desk.shown);
  const unseen = useMemo(() => unseenAlarms({ tickets: tickets.values(), shown }), [tickets, shown]);
  const first = unseen[0];
  if (first === undefined) return null;
  return (
    <p className="new-alarm" role="alert">
      <span>{t('queue.urgent', { number: unseen.length, who: nameOf(first, t) ?? t('queue.unknown') })}</span>
      <button type="button" className="button small" onClick={() => openFile(first.id)}>
        {t('queue.openIt')}
        <Kbd command="urgent" />
      </button>
    </p>
  );
}
