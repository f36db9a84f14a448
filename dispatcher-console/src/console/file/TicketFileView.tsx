import { DeviceList } from '../devices/DeviceList';
import { useSpeech } from '../i18n';
import { isWork } from '../model/queue';
import { useDesk } from '../state/desk';
import { useWhyFailed } from '../state/why-failed';
import { Phone } from '../telephone/Phone';
import { WorkFile } from '../work/WorkFile';
import { ActionBar } from './ActionBar';
import { Candidates } from './Candidates';
import { Dialogs, isTicketDialog } from './Dialogs';
import { DispatchPanel } from './DispatchPanel';
import { FileHead } from './FileHead';
import { Flags } from './Flags';
import { LoadFailed } from './LoadFailed';
import { SeniorCard } from './SeniorCard';
import { SilenceBar } from './SilenceBar';
import { Timeline } from './Timeline';
import { useTicketFile } from './use-ticket-file';

/** One ticket with everything an operator needs, in the order in which it is needed. */
export function TicketFileView({ id }: { id: string }) {
  const { t } = useSpeech();
  const whyFailed = useWhyFailed();
  const dialog = useDesk((desk) => desk.dialog);
  const { ticket, file } = useTicketFile(id);
  const name = ticket?.who.name ?? file.data?.senior?.name ?? t('file.unknown');

  if (ticket === null) {
    if (!file.isError) return <p className="empty">{t('file.loading')}</p>;
    return <LoadFailed why={whyFailed(file.error)} retry={() => void file.refetch()} />;
  }
  const senior = file.data?.senior ?? null;
  const failed = file.isError && <LoadFailed why={whyFailed(file.error)} retry={() => void file.refetch()} />;
  const dialogs = dialog !== null && isTicketDialog(dialog) && (
    <Dialogs name={dialog} ticket={ticket} senior={senior} ambulance={file.data?.ambulance ?? null} />
  );
  const timeline = file.data?.timeline ?? [];
  if (isWork(ticket)) {
    return (
      <section className="ticket-file" role="region" aria-label={t('work.title', { number: ticket.devices.length })}>
        {failed}
        <WorkFile key={ticket.id} ticket={ticket} timeline={timeline} waiting={file.data?.devices_waiting ?? 0} />
        {dialogs}
      </section>
    );
  }
  return (
    <section className="ticket-file" role="region" aria-label={name}>
      <FileHead ticket={ticket} senior={senior} name={name} />
      <Flags ticket={ticket} />
      {ticket.silence !== null && ticket.status === 'open' && (
        <SilenceBar ticket={ticket} silence={ticket.silence} senior={senior} />
      )}
      <ActionBar ticket={ticket} />
      <div className="file-body">
        {failed}
        {typeof file.data?.call_leader === 'string' && (
          <p className="call-leader" role="alert">
            {t('dispatch.callLeader')}{' '}
            <Phone number={file.data.call_leader} name={t('dispatch.leader')} senior={ticket.senior} ticket={ticket.id} />
          </p>
        )}
        <DispatchPanel ticket={ticket} />
        {senior !== null && <SeniorCard senior={senior} ticket={ticket.id} />}
        {file.isPending && <p className="muted">{t('file.loading')}</p>}
        {ticket.status === 'open' && file.data !== undefined && (
          <Candidates ticket={ticket} candidates={file.data.candidates} />
        )}
        {senior !== null && file.data !== undefined && <DeviceList devices={file.data.devices} old={file.isError} />}
        <Timeline entries={timeline} />
      </div>
      {dialogs}
    </section>
  );
}
