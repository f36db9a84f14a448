import type { TFunction } from 'i18next';

import type { Ticket } from '../../generated/Ticket';

/** Returns whether an aide or rescuer calls for help: never an unknown senior. */
export function isInDistress({ in_distress }: Ticket): boolean {
  return in_distress !== null;
}

/** Returns whom a ticket is about, as every list and file names it; null while nobody knows. */
export function nameOf(ticket: Ticket, t: TFunction): string | null {
  const { name } = ticket.who;
  if (!isInDistress(ticket)) return name;
  return name === null ? t('distress.heading') : t('distress.name', { name });
}
