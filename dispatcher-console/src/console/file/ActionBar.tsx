import type { Ticket } from '../../generated/Ticket';
import { useSpeech } from '../i18n';
import { isEmergency, ownerOf } from '../model/queue';
import { openDialog } from '../state/desk';
import { useSession } from '../state/session';
import { type Act, useAct } from '../state/use-act';
import { useTimes } from '../state/use-district';

/** What an operator can do now. The next sensible step is the coloured one. */
export function ActionBar({ ticket }: { ticket: Ticket }) {
  const { t } = useSpeech();
  const act = useAct(ticket.id);
  if (ticket.status === 'closed') {
    return (
      <div className="actions" role="group" aria-label={t('act.heading')}>
        <button type="button" className="button" onClick={() => openDialog('reopen')}>
          {t('act.reopen')}
        </button>
      </div>
    );
  }
  return (
    <div className="actions" role="group" aria-label={t('act.heading')}>
      <Claim ticket={ticket} act={act} />
      <Vouch ticket={ticket} act={act} />
      <NoVoice ticket={ticket} act={act} />
      <button type="button" className="button" onClick={() => openDialog('family')}>
        {t('act.family')}
        <Tick at={ticket.times.family_told} />
      </button>
      <button type="button" className="button" onClick={() => openDialog('escalate', '120')}>
        {t('act.call120')}
        <Tick at={ticket.times.ambulance_called} />
      </button>
      <button type="button" className="button" onClick={() => openDialog('escalate', '110')}>
        {t('act.involve110')}
      </button>
      <button type="button" className="button" onClick={() => openDialog('escalate', 'supervisor')}>
        {t('act.escalate')}
      </button>
      <button type="button" className="button" onClick={() => openDialog('note')}>
        {t('act.note')}
      </button>
      <button type="button" className="button closing" onClick={() => openDialog('close')}>
        {t('act.close')}
      </button>
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
      <button type="button" className="button" onClick={() => openDialog('takeOver')}>
        {t('act.takeOver')}
      </button>
    );
  }
  const path = `/v1/tickets/${ticket.id}/answer`;
  return (
    <button
      type="button"
      className="button primary answer"
      disabled={busy !== null}
      onClick={() => void act(path, {}, t('act.answer'))}
    >
      {busy === path ? t('act.working') : t('act.answer')}
    </button>
  );
}

/** Confirming says "it is an emergency"; identifying says "it is this person". */
function Vouch({ ticket, act: { act, busy } }: { ticket: Ticket; act: Act }) {
  const { t } = useSpeech();
  const doubtful = ticket.senior === null || ticket.flags.includes('unverified');
  const confirm = `/v1/tickets/${ticket.id}/confirm`;
  return (
    <>
      {doubtful && (
        <button type="button" className="button warn" onClick={() => openDialog('verify')}>
          {t('act.verify')}
        </button>
      )}
      {ticket.senior !== null && (
        <button
          type="button"
          className="button"
          disabled={busy !== null || ticket.times.confirmed !== null}
          onClick={() => void act(confirm, {}, t('act.confirm'))}
        >
          {busy === confirm ? t('act.working') : t('act.confirm')}
          <Tick at={ticket.times.confirmed} />
        </button>
      )}
    </>
  );
}

/** Who hears nothing presumes an emergency. */
function NoVoice({ ticket, act: { act, busy } }: { ticket: Ticket; act: Act }) {
  const { t } = useSpeech();
  if (!isEmergency(ticket) || ticket.silence !== null || ticket.times.with_senior !== null) return null;
  const path = `/v1/tickets/${ticket.id}/no-voice`;
  return (
    <button
      type="button"
      className="button"
      disabled={busy !== null}
      onClick={() => void act(path, {}, t('act.noVoice'))}
    >
      {t('act.noVoice')}
    </button>
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
