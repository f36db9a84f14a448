import { ticking } from '../../shared/format';
import { useSpeech } from '../i18n';
import { heldBy, othersOf } from '../model/shift';
import { useFeed } from '../state/feed-store';
import { useNow } from '../state/now';
import { useSession } from '../state/session';
import { useShift } from '../state/shift';
import { useTimes } from '../state/use-district';

/** The colleagues who are on, what each does, and how many tickets each holds. */
export function WhoIsOn() {
  const { t, word } = useSpeech();
  const me = useSession((session) => session.user?.id);
  const desks = useShift((shift) => shift.desks);
  const toldAt = useShift((shift) => shift.toldAt);
  const tickets = useFeed((feed) => feed.tickets);
  const { timeOfDay } = useTimes();
  const now = useNow();
  const others = othersOf(desks, me);
  const held = heldBy(tickets.values());
  return (
    <section className="shift-part" aria-labelledby="shift-others">
      <h3 id="shift-others">
        {t('shift.others', { number: others.length })}
        {toldAt !== null && <span className="muted light"> {t('shift.asOf', { time: timeOfDay(toldAt) })}</span>}
      </h3>
      {others.length === 0 && <p className="doubt">{t('shift.alone')}</p>}
      <ul className="shift-others">
        {others.map((desk) => (
          <li key={desk.user} data-desk={desk.state}>
            <span className="desk-mark" aria-hidden="true" />
            <strong>{desk.name}</strong>
            <span className="muted">{word('userRole', desk.role)}</span>
            <span>{word('deskState', desk.state)}</span>
            <time className="muted">{ticking(Math.max(now - Date.parse(desk.since), 0))}</time>
            <span className="held">{t('shift.holds', { number: held.get(desk.user) ?? 0 })}</span>
            {desk.sound_heard_at === null && <span className="doubt">{t('shift.soundUntried')}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
