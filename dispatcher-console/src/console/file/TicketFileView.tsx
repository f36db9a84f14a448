import { CallBackForm } from '../after/CallBackForm';
import { HandoverPanel } from '../after/HandoverPanel';
import { DeviceList } from '../devices/DeviceList';
import { useSpeech } from '../i18n';
import { KeysCard } from '../keys/KeysCard';
import { nameOf } from '../model/distress';
import { isWork } from '../model/queue';
import { useDesk } from '../state/desk';
import { useWhyFailed } from '../state/why-failed';
import { Phone } from '../telephone/Phone';
import { WorkFile } from '../work/WorkFile';
import { ActionBar } from './ActionBar';
import { Candidates } from './Candidates';
import { Dialogs, isTicketDialog } from './Dialogs';
import { DispatchPanel } from './DispatchPanel';
import { EntryCard, ForceEntry } from './EntryCard';
import { FileHead } from './FileHead';
import { Flags } from './Flags';
import { LoadFailed } from './LoadFailed';
import { PhotosCard } from './PhotosCard';
import { PlaceDoubtBar } from './PlaceDoubtBar';
import { SceneCard } from './SceneCard';
import { SeniorCard } from './SeniorCard';
import { SilenceBar } from './SilenceBar';
import { Timeline } from './Timeline';
import { ToldCard } from './ToldCard';
import { useTicketFile } from './use-ticket-file';

/** One ticket with everything an operator needs, in the order in which it is needed. */
export function TicketFileView({ id }: { id: string }) {
  const { t } = useSpeech();
  const whyFailed = useWhyFailed();
  const { dialog, sheet } = useDesk();
  const { ticket, file } = useTicketFile(id);
  const name = (ticket === null ? null : nameOf(ticket, t)) ?? file.data?.senior?.name ?? t('file.unknown');

  if (ticket === null) {
    if (!file.isError) return <p className="empty">{t('file.loading')}</p>;
    return <LoadFailed why={whyFailed(file.error)} retry={() => void file.refetch()} />;
  }
  const senior = file.data?.senior ?? null;
  const failed = file.isError && <LoadFailed why={whyFailed(file.error)} retry={() => void file.refetch()} />;
  const dialogs = dialog !== null && isTicketDialog(dialog) && (
    // Each opening is a sheet of its own: no answer and no word of the last one crosses over.
    <Dialogs key={sheet} name={dialog} ticket={ticket} senior={senior} ambulance={file.data?.ambulance ?? null} candidates={file.data?.candidates ?? []} />
  );
  const ownPhone = file.data?.candidates.find(({ responder }) => responder === ticket.in_distress)?.phone ?? null;
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
      <FileHead ticket={ticket} senior={senior} name={name} faceAt={file.data?.face_at ?? null} ownPhone={ownPhone} />
      <Flags ticket={ticket} />
      {ticket.silence !== null && ticket.status === 'open' && (
        <SilenceBar ticket={ticket} silence={ticket.silence} senior={senior} />
      )}
      {ticket.place_doubt !== null && ticket.status === 'open' && <PlaceDoubtBar ticket={ticket} doubt={ticket.place_doubt} />}
      <ActionBar ticket={ticket} />
      <div className="file-body">
        <div className="file-block">
          {failed}
          {typeof file.data?.call_leader === 'string' && (
            <p className="call-leader" role="alert">
              {t('dispatch.callLeader')}{' '}
              <Phone number={file.data.call_leader} name={t('dispatch.leader')} senior={ticket.senior} ticket={ticket.id} />
            </p>
          )}
          {ticket.scene !== null && <SceneCard scene={ticket.scene} isOpen={ticket.status === 'open'} />}
          {ticket.call_back !== null && <CallBackForm ticket={ticket} callBack={ticket.call_back} senior={senior} />}
          <DispatchPanel ticket={ticket} />
        </div>
        <div className="file-block person">
          {senior !== null && <SeniorCard senior={senior} ticket={ticket.id} />}
        </div>
        <div className="file-block">
          {file.isPending && <p className="muted">{t('file.loading')}</p>}
          {ticket.status === 'open' && file.data !== undefined && (
            <Candidates ticket={ticket} candidates={file.data.candidates} />
          )}
          {file.data !== undefined && <ToldCard ticket={ticket} entries={timeline} />}
          {ticket.forced_entry !== null && <EntryCard entry={ticket.forced_entry} />}
        </div>
        <div className="file-block person">
          {senior !== null && <KeysCard senior={senior.id} ticket={ticket} />}
          <ForceEntry ticket={ticket} />
          <PhotosCard ticket={ticket} />
          {senior !== null && file.data !== undefined && <DeviceList devices={file.data.devices} old={file.isError} />}
        </div>
        <div className="file-block">
          <HandoverPanel ticket={ticket} />
        </div>
        <Timeline ticket={ticket} entries={timeline} />
      </div>
      {dialogs}
    </section>
  );
}
