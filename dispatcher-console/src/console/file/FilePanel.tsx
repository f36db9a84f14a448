import { useSpeech } from '../i18n';
import { SeniorFileView } from '../senior/SeniorFileView';
import { useDesk } from '../state/desk';
import { NewAlarmBar } from './NewAlarmBar';
import { TicketFileView } from './TicketFileView';

/** The centre: the file of one ticket, or of one senior. */
export function FilePanel() {
  const { t } = useSpeech();
  const id = useDesk((desk) => desk.openTicket);
  const senior = useDesk((desk) => desk.openSenior);
  return (
    <main className="panel file" id="file" tabIndex={-1}>
      <NewAlarmBar />
      {senior !== null ? (
        <SeniorFileView key={senior} id={senior} />
      ) : id === null ? (
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
