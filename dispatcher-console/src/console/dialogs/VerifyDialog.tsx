import type { Ticket } from '../../generated/Ticket';
import { useSpeech } from '../i18n';
import { useAct } from '../state/use-act';
import { useCloseSheet } from '../state/use-close-sheet';
import { Sheet } from '../ui/Sheet';
import { SeniorSearch } from './SeniorSearch';

/** Finds whose ticket this is. */
export function VerifyDialog({ ticket }: { ticket: Ticket }) {
  const { t } = useSpeech();
  const { act, busy } = useAct(ticket.id);
  const close = useCloseSheet();

  async function verify(senior: string): Promise<void> {
    if (await act(`/v1/tickets/${ticket.id}/verify`, { senior }, t('act.verify'))) close();
  }

  const known = ticket.senior;
  return (
    <Sheet title={t('dialog.verifyTitle')} hint={t('dialog.verifyHint')}>
      {known !== null && (
        <p className="verify-same">
          <strong>{ticket.who.name}</strong> {ticket.who.village}
          <button type="button" className="button primary" disabled={busy !== null} onClick={() => void verify(known)}>
            {t('dialog.verifySame')}
          </button>
        </p>
      )}
      <SeniorSearch onPick={(senior) => void verify(senior.id)} busy={busy !== null} />
    </Sheet>
  );
}
