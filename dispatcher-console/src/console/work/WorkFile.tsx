import type { Ticket } from '../../generated/Ticket';
import type { TimelineEntry } from '../../generated/TimelineEntry';
import { ago, duration } from '../../shared/format';
import { Timeline } from '../file/Timeline';
import { useSpeech } from '../i18n';
import { ownerOf, receivedAt } from '../model/queue';
import { openDialog } from '../state/desk';
import { useNow } from '../state/now';
import { useSession } from '../state/session';
import { useAct } from '../state/use-act';
import { useTimes } from '../state/use-district';
import { useOwnerName } from '../state/use-owner-name';
import { CommandButton } from '../ui/CommandButton';
import { WorkDevices } from './WorkDevices';

interface WorkFileProps {
  ticket: Ticket;
  timeline: TimelineEntry[];
  /** How many more devices are in the same trouble and on no list yet. */
  waiting: number;
}

/** The file of work on devices: which, whose, since when. No team, no ring: nobody is in danger. */
export function WorkFile({ ticket, timeline, waiting }: WorkFileProps) {
  return (
    <>
      <WorkHead ticket={ticket} />
      <WorkActions ticket={ticket} />
      <div className="file-body work-body">
        <WorkDevices devices={ticket.devices} waiting={waiting} />
        <Timeline ticket={ticket} entries={timeline} />
      </div>
    </>
  );
}

function WorkHead({ ticket }: { ticket: Ticket }) {
  const { t, lang, word } = useSpeech();
  const { dayAndTime } = useTimes();
  const now = useNow();
  const owner = useOwnerName(ticket);
  const opened = receivedAt(ticket);
  const { next } = ticket;
  const left_ms = next === null ? 0 : Date.parse(next.at) - now;
  return (
    <header className="file-head edge-u4">
      <p className="row-line">
        <span className="kind">{word('kind', ticket.kind)}</span>
        <span className={`handling ${ticket.handling === 'waiting' ? '' : ticket.handling}`}>
          {word('handling', ticket.handling)}
          {owner !== null && ` · ${t('file.handledBy')} ${owner}`}
          {ticket.outcome !== null && ` · ${t('file.closedAs', { outcome: word('workOutcome', ticket.outcome) })}`}
          {ticket.cause !== null && ` · ${word('cause', ticket.cause)}`}
        </span>
        <span className="muted number" title={dayAndTime(opened)}>
          {t('file.number', { number: ticket.number })} · {t('work.opened', { age: ago(now - opened, lang) })}
        </span>
      </p>
      <div className="file-who">
        <h2>{t('work.title', { number: ticket.devices.length })}</h2>
      </div>
      <p className="muted">{t('work.hint')}</p>
      {next !== null && (
        <p className="muted">
          {t('queue.next')} {word('next', next.what)}{' '}
          {left_ms > 0 ? t('work.nextIn', { left: duration(left_ms, lang) }) : t('work.nextLate')}
        </p>
      )}
    </header>
  );
}

function WorkActions({ ticket }: { ticket: Ticket }) {
  const { t } = useSpeech();
  const { act, busy } = useAct(ticket.id);
  const me = useSession((session) => session.user?.id);
  const owner = ownerOf(ticket, me);
  if (ticket.status === 'closed') {
    return (
      <div className="actions" role="group" aria-label={t('act.heading')}>
        <CommandButton command="reopen" className="button" onClick={() => openDialog('reopen')}>
          {t('act.reopen')}
        </CommandButton>
      </div>
    );
  }
  return (
    <div className="actions" role="group" aria-label={t('act.heading')}>
      {owner === 'nobody' && (
        <CommandButton
          command="answer"
          className="button primary"
          disabled={busy !== null}
          onClick={() => void act(`/v1/tickets/${ticket.id}/answer`, {}, t('act.answer'))}
        >
          {busy === null ? t('act.answer') : t('act.working')}
        </CommandButton>
      )}
      {owner === 'other' && (
        <CommandButton command="takeOver" className="button" onClick={() => openDialog('takeOver')}>
          {t('act.takeOver')}
        </CommandButton>
      )}
      <CommandButton command="note" className="button" onClick={() => openDialog('note')}>
        {t('act.note')}
      </CommandButton>
      <CommandButton command="close" className="button closing" onClick={() => openDialog('close')}>
        {t('act.close')}
      </CommandButton>
    </div>
  );
}
