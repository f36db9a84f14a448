import type { Ticket } from '../../generated/Ticket';
import { useSpeech } from '../i18n';
import { isInDistress } from '../model/distress';
import { isEmergency, ownerOf } from '../model/queue';
import { openDialog } from '../state/desk';
import { useSession } from '../state/session';
import { type Act, useAct } from '../state/use-act';
import { useTimes } from '../state/use-district';
import { CommandButton } from '../ui/CommandButton';

/** What an operator can do now. The next sensible step is the coloured one. */
export function ActionBar({ ticket }: { ticket: Ticket }) {
  const { t } = useSpeech();
  const act = useAct(ticket.id);
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
      <Claim ticket={ticket} act={act} />
      <Vouch ticket={ticket} act={act} />
      <NoVoice ticket={ticket} act={act} />
      {!isInDistress(ticket) && (
        <CommandButton command="family" className="button" onClick={() => openDialog('family')}>
          {t('act.family')}
          <Tick at={ticket.times.family_told} />
        </CommandButton>
      )}
      <CommandButton command="call120" className="button" onClick={() => openDialog('escalate', '120')}>
        {t('act.call120')}
        <Tick at={ticket.times.ambulance_called} />
      </CommandButton>
      <CommandButton command="involve110" className="button" onClick={() => openDialog('escalate', '110')}>
        {t('act.involve110')}
      </CommandButton>
      <CommandButton command="escalate" className="button" onClick={() => openDialog('escalate', 'supervisor')}>
        {t('act.escalate')}
      </CommandButton>
      <CommandButton command="note" className="button" onClick={() => openDialog('note')}>
        {t('act.note')}
      </CommandButton>
      <CommandButton command="close" className="button closing" onClick={() => openDialog('close')}>
        {t('act.close')}
      </CommandButton>
    </div>
  );
}

function Claim({ ticket, act: { act, busy } }: { ticket: Ticket; act: Act }) {
  const { t } = useSpeech();
  const me = useSession((session) => session.user?.id);
  const owner = ownerOf(ticket, me);
  if (owner === 'me') return null;
  if (owner === 'other') {
    return (
      <CommandButton command="takeOver" className="button" onClick={() => openDialog('takeOver')}>
        {t('act.takeOver')}
      </CommandButton>
    );
  }
  const path = `/v1/tickets/${ticket.id}/answer`;
  return (
    <CommandButton
      command="answer"
      className="button primary answer"
      disabled={busy !== null}
      onClick={() => void act(path, {}, t('act.answer'))}
    >
      {busy === path ? t('act.working') : t('act.answer')}
    </CommandButton>
  );
}

/** Confirming says "it is an emergency"; identifying says "it is this person". */
function Vouch({ ticket, act: { act, busy } }: { ticket: Ticket; act: Act }) {
  const { t } = useSpeech();
  const doubtful = !isInDistress(ticket) && (ticket.senior === null || ticket.flags.includes('unverified'));
  const confirm = `/v1/tickets/${ticket.id}/confirm`;
  return (
    <>
      {doubtful && (
        <CommandButton command="verify" className="button warn" onClick={() => openDialog('verify')}>
          {t('act.verify')}
        </CommandButton>
      )}
      {ticket.senior !== null && (
        <CommandButton
          command="confirm"
          className="button"
          disabled={busy !== null || ticket.times.confirmed !== null}
          onClick={() => void act(confirm, {}, t('act.confirm'))}
        >
          {busy === confirm ? t('act.working') : t('act.confirm')}
          <Tick at={ticket.times.confirmed} />
        </CommandButton>
      )}
    </>
  );
}

/** Who hears nothing presumes an emergency. */
function NoVoice({ ticket, act: { act, busy } }: { ticket: Ticket; act: Act }) {
  const { t } = useSpeech();
  if (!isEmergency(ticket) || isInDistress(ticket) || ticket.silence !== null || ticket.times.with_senior !== null) return null;
  const path = `/v1/tickets/${ticket.id}/no-voice`;
  return (
    <CommandButton
      command="noVoice"
      className="button"
      disabled={busy !== null}
      onClick={() => void act(path, {}, t('act.noVoice'))}
    >
      {t('act.noVoice')}
    </CommandButton>
  );
}

/** That it was done, on the button that did it; when, on pointing at it and in the timeline. */
function Tick({ at }: { at: string | null }) {
  const { timeOfDay } = useTimes();
  if (at === null) return null;
  return (
    <span className="tick" title={timeOfDay(at)}>
      {' '}
      ✓
    </span>
  );
}
