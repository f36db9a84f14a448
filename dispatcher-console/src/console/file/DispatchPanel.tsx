import type { Ticket } from '../../generated/Ticket';
import { ticking } from '../../shared/format';
import { useSpeech } from '../i18n';
import { searchOf, teamOf } from '../model/team';
import { useNow } from '../state/now';
import { useAct } from '../state/use-act';
import { CommandButton } from '../ui/CommandButton';
import { Kbd } from '../ui/Kbd';
import { SeatCard } from './SeatCard';

/** Offers wait: until when, and what ends it. */
function HeldUntil({ at }: { at: string }) {
  const { t } = useSpeech();
  const left = ticking(Math.max(Date.parse(at) - useNow(), 0));
  return (
    <p className="doubt">
      {t('dispatch.heldUntil', { left })}
      <Kbd command="confirm" />
    </p>
  );
}

/** The team that goes. */
export function DispatchPanel({ ticket }: { ticket: Ticket }) {
  const { t } = useSpeech();
  const act = useAct(ticket.id);
  const widen = `/v1/tickets/${ticket.id}/widen`;
  const search = searchOf(ticket);
  return (
    <section className="dispatch" aria-labelledby="dispatch-heading">
      <header className="section-head">
        <h3 id="dispatch-heading">{t('dispatch.heading')}</h3>
        <span className="muted">{t('dispatch.ring', { min: ticket.ring_min })}</span>
        {search !== 'over' && (
          <CommandButton
            command="widen"
            className="button small"
            disabled={act.busy !== null}
            onClick={() => void act.act(widen, {}, t('act.widen'))}
          >
            {t('act.widen')}
          </CommandButton>
        )}
      </header>
      {ticket.held_until !== null && <HeldUntil at={ticket.held_until} />}
      <div className="seats-cards">
        {teamOf(ticket).map((seat) => (
          <SeatCard key={seat.place} seat={seat} act={act} search={search} />
        ))}
      </div>
    </section>
  );
}
