import type { Contact } from '../../generated/Contact';
import type { Senior } from '../../generated/Senior';

/** Whom to call in a step of a silent call. */
export type Person = Pick<Contact, 'name' | 'relation' | 'phone' | 'hours'>;

/** Returns whom to call in this step: the senior, the family, or who lives or works next door. */
export function toTry(step: string, senior: Senior | null): Person[] {
  if (senior === null) return [];
  switch (step) {
    case 'first_call_back':
    case 'second_call_back':
      return [{ name: senior.name, relation: '', phone: senior.phone, hours: null }];
    case 'family':
      return senior.contacts.filter((contact) => contact.kind === 'family');
    case 'neighbour':
      return senior.contacts.filter((contact) => contact.kind !== 'family');
    default:
      return [];
  }
}
