import { useSpeech } from '../i18n';
import { useDesk } from '../state/desk';
import { useWhyFailed } from '../state/why-failed';
import { ActionBar } from './ActionBar';
import { Candidates } from './Candidates';
import { Dialogs } from './Dialogs';
import { DispatchPanel } from './DispatchPanel';
import { FileHead } from './FileHead';
import { Flags } from './Flags';
import { SeniorCard } from './SeniorCard';
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
  return (
    <section className="ticket-file" role="region" aria-label={name}>
      <FileHead ticket={ticket} senior={senior} name={name} />
      <Flags ticket={ticket} />
      <ActionBar ticket={ticket} />
      <div className="file-body">
        {file.isError && <LoadFailed why={whyFailed(file.error)} retry={() => void file.refetch()} />}
        <DispatchPanel ticket={ticket} />
        {senior !== null && <SeniorCard senior={senior} />}
        {file.isPending && <p className="muted">{t('file.loading')}</p>}
        {ticket.status === 'open' && file.data !== undefined && (
          <Candidates ticket={ticket} candidates={file.data.candidates} />
        )}
        <Timeline entries={file.data?.timeline ?? []} />
      </div>
      {dialog !== null && <Dialogs name={dialog} ticket={ticket} senior={senior} />}
    </section>
  );
}

function LoadFailed({ why, retry }: { why: string; retry: () => void }) {
  const { t } = useSpeech();
  return (
    <p className="empty" role="alert">
      {t('file.failed', { why })}{' '}
      <button type="button" className="button small" onClick={retry}>
        {t('file.retry')}
      </button>
    </p>
  );
}
