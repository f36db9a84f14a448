import { ticking } from '../../shared/format';
import { useSpeech } from '../i18n';
import { openDialog, useDesk } from '../state/desk';
import { useNow } from '../state/now';
import { useShift, useUnread } from '../state/shift';
import { Kbd } from '../ui/Kbd';
import { Later, later } from '../ui/Later';

const SHIFT = later(async () => (await import('./ShiftSheet')).ShiftSheet);

/** What this person does and since when; opens the shift (交接班): who else is on, and the notes. */
export function ShiftButton() {
  const { t, word } = useSpeech();
  const open = useDesk((desk) => desk.dialog === 'shift');
  const { state, since } = useShift();
  const unread = useUnread().length;
  const now = useNow();
  const age = since === 0 ? '' : ` ${ticking(Math.max(now - since, 0))}`;
  return (
    <>
      <button
        type="button"
        className={`button small shift-button ${unread > 0 ? 'warn' : 'quiet'}`}
        data-desk={state}
        title={t('shift.openHint')}
        onClick={() => openDialog('shift')}
      >
        <span className="desk-mark" aria-hidden="true" />
        {word('deskState', state)}
        <span className="muted desk-age">{age}</span> <Kbd command="shift" />
        {unread > 0 && <span className="badge">{t('shift.unread', { number: unread })}</span>}
      </button>
      {open && <Later part={SHIFT} />}
    </>
  );
}
