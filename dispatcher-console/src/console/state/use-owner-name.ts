import type { Ticket } from '../../generated/Ticket';
import { useSpeech } from '../i18n';
import { ownerOf } from '../model/queue';
import { ownerName } from '../model/shift';
import { useSession } from './session';
import { useShift } from './shift';

/** Returns who has a ticket in hand, in words: oneself, a colleague by name, or a colleague; null for nobody. */
export function useOwnerName(ticket: Ticket): string | null {
  const { t } = useSpeech();
  const me = useSession((session) => session.user?.id);
  const name = useShift((shift) => ownerName(ticket, shift.desks));
  switch (ownerOf(ticket, me)) {
    case 'nobody':
      return null;
    case 'me':
      return t('queue.mine');
    case 'other':
      return name ?? t('queue.other');
  }
}
