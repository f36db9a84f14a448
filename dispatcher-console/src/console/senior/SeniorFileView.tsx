import { NewTicketDialog } from '../dialogs/NewTicketDialog';
import { DeviceList } from '../devices/DeviceList';
import { LoadFailed } from '../file/LoadFailed';
import { SeniorCard } from '../file/SeniorCard';
import { useSpeech } from '../i18n';
import { KeysCard } from '../keys/KeysCard';
import { useDesk } from '../state/desk';
import { useWhyFailed } from '../state/why-failed';
import { CallHistory } from '../telephone/CallHistory';
import { SeniorHead } from './SeniorHead';
import { SeniorTickets } from './SeniorTickets';
import { useSeniorFile } from './use-senior-file';

/** A senior's file without a ticket: who calls, whose device it is. */
export function SeniorFileView({ id }: { id: string }) {
  const { t } = useSpeech();
  const whyFailed = useWhyFailed();
  const file = useSeniorFile(id);
  const dialog = useDesk((desk) => desk.dialog);
  const failed = file.isError && <LoadFailed why={whyFailed(file.error)} retry={() => void file.refetch()} />;
  if (file.data === undefined) return failed || <p className="empty">{t('file.loading')}</p>;
  const { senior, devices, tickets, calls } = file.data;
  return (
    <section className="ticket-file" role="region" aria-label={senior.name}>
      <SeniorHead senior={senior} faceAt={file.data.face_at} />
      <div className="file-body">
        {failed}
        <SeniorTickets senior={senior.id} tickets={tickets} />
        <SeniorCard senior={senior} />
        <KeysCard senior={senior.id} />
        <CallHistory calls={calls} />
        <DeviceList devices={devices} old={file.isError} />
      </div>
      {dialog === 'newTicket' && <NewTicketDialog senior={senior} />}
    </section>
  );
}
