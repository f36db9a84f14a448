import type { Ticket } from '../../generated/Ticket';
import { listed } from '../../shared/format';
import { useSpeech } from '../i18n';
import { villagesOf } from '../model/work';

/** Where a ticket's devices are: the village, or the first of several. */
export function VillageWords({ ticket }: { ticket: Pick<Ticket, 'devices'> }) {
  const { t, lang } = useSpeech();
  const villages = villagesOf(ticket);
  if (villages.length <= 2) return listed(villages, lang);
  return t('work.villages', { village: villages[0], number: villages.length });
}
