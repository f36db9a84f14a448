import type { Ticket } from '../../generated/Ticket';
import { useSpeech } from '../i18n';
import type { CommandId } from '../keyboard/commands';
import { hasHandover, isArchived } from '../model/after';
import { openDialog } from '../state/desk';
import { useSession } from '../state/session';
import { type Act, useAct } from '../state/use-act';
import { useTimes } from '../state/use-district';
import { CommandButton, useCommandMarks } from '../ui/CommandButton';
import { Kbd } from '../ui/Kbd';
import { CardLinks } from './CardLinks';
import { DeathLine } from './DeathLine';

/** The card for 120, and in whose hands the senior is. */
export function HandoverPanel({ ticket }: { ticket: Ticket }) {
  const { t } = useSpeech();
  const act = useAct(ticket.id);
  const me = useSession((session) => session.user?.id);
  const card = useCommandMarks('card');
  if (!hasHandover(ticket)) return null;
  const archived = isArchived(ticket);
  return (
    <section className="handover" aria-labelledby="handover-heading">
      <header className="section-head">
        <h3 id="handover-heading">{t('handover.heading')}</h3>
        <span className="handover-buttons">
          <a className="button small" {...card} href={`/card?ticket=${encodeURIComponent(ticket.id)}`} target="_blank" rel="noopener">
            {t('handover.card')}
            <Kbd command="card" />
          </a>
          {!archived && (
            <CommandButton command="cardLink" className="button small" onClick={() => openDialog('cardLink')}>
              {t('handover.makeLink')}
            </CommandButton>
          )}
        </span>
      </header>
      <HandoverSteps ticket={ticket} act={act} archived={archived} />
      <CardLinks ticket={ticket} act={act} archived={archived} />
      {!archived && ticket.death === null && ticket.senior !== null && (
        <p className="state-death">
          <CommandButton command="death" className="button small quiet" onClick={() => openDialog('death')}>
            {t('death.state')}
          </CommandButton>
        </p>
      )}
      {ticket.death !== null && <DeathLine death={ticket.death} me={me} archived={archived} />}
    </section>
  );
}

/** Three steps: others are at the door, at the hospital, in other hands; each with its time once it was said. */
function HandoverSteps({ ticket, act: { act, busy }, archived }: { ticket: Ticket; act: Act; archived: boolean }) {
  const { t } = useSpeech();
  const { ambulance_arrived, at_hospital, handed_over } = ticket.times;
  return (
    <ol className="handover-steps">
      <Step
        command="arrived"
        at={ambulance_arrived}
        what={t('handover.arrived')}
        can={!archived}
        busy={busy !== null}
        onSay={() => void act(`/v1/tickets/${ticket.id}/handover`, { step: 'arrived' }, t('handover.arrived'))}
      />
      <Step
        command="atHospital"
        at={at_hospital}
        what={t('handover.atHospital')}
        said={ticket.handover?.hospital ?? null}
        can={!archived}
        busy={busy !== null}
        onSay={() => openDialog('atHospital')}
      />
      <Step
        command="handedOver"
        at={handed_over}
        what={t('handover.handedOver')}
        said={ticket.handover?.taken_over_by ?? null}
        can={!archived}
        busy={busy !== null}
        onSay={() => openDialog('handedOver')}
      />
    </ol>
  );
}

interface StepProps {
  command: CommandId;
  at: string | null;
  what: string;
  said?: string | null;
  can: boolean;
  busy: boolean;
  onSay: () => void;
}

function Step({ command, at, what, said = null, can, busy, onSay }: StepProps) {
  const { timeOfDay, dayAndTime } = useTimes();
  if (at === null) {
    return (
      <li>
        {can ? (
          <CommandButton command={command} className="button small" disabled={busy} onClick={onSay}>
            {what}
          </CommandButton>
        ) : (
          <span className="muted">{what} –</span>
        )}
        {said !== null && <span className="muted"> {said}</span>}
      </li>
    );
  }
  return (
    <li data-done="true">
      <strong>{what}</strong> <time title={dayAndTime(at)}>{timeOfDay(at)}</time>
      {said !== null && <span> · {said}</span>}
    </li>
  );
}
