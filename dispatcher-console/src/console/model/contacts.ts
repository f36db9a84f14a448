import type { Contact } from '../../generated/Contact';
import type { SeniorFile } from '../../generated/SeniorFile';
import type { Api } from '../../shared/api';

/** When a contact may be told of presses by mistake, as the API says it. */
export const CHOICES = ['never', 'daily', 'weekly', 'at_once'] as const;

/**
 * Changes a contact's choice. The plan is written whole, so it is read anew just before: what somebody else
 * changed meanwhile stays. Returns false, and changes nothing, when this contact is not in it any more.
 */
export async function changeChoice(
  api: Pick<Api, 'get' | 'put'>,
  senior: string,
  contact: Contact,
  choice: string,
): Promise<boolean> {
  const path = `/v1/seniors/${encodeURIComponent(senior)}`;
  const { senior: file } = await api.get<SeniorFile>(path);
  const isMeant = (other: Contact): boolean =>
    other.name === contact.name && other.relation === contact.relation && other.phone === contact.phone;
  if (!file.contacts.some(isMeant)) return false;
  const contacts = file.contacts.map((other) => (isMeant(other) ? { ...other, accidental: choice } : other));
  await api.put(`${path}/plan`, { ...file.plan, contacts });
  return true;
}
