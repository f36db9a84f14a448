import { useSpeech } from '../i18n';
import { useDesk } from '../state/desk';
import { NewAlarmBar } from './NewAlarmBar';
import { TicketFileView } from './TicketFileView';

/** The centre: the file of one ticket. */
export function FilePanel() {
  const { t } = useSpeech();
  const id = useDesk((desk) => desk.openTicket);
  return (
    <main className="panel file" id="file" tabIndex={-1}>
      <NewAlarmBar />
      {id === null ? (
        <div className="empty big">
          <p>{t('file.none')}</p>
          <p className="muted">{t('file.noneHint')}</p>
        </div>
      ) : (
        // The key starts afresh with each ticket: no half-typed text crosses over.
        <TicketFileView key={id} id={id} />
      )}
    </main>
  );
}
