import { useSpeech } from '../i18n';
import { isEmptyPlace, type PlaceDraft } from '../model/registry';
import type { ContactDraft, SeniorDraft, TemporaryDraft } from '../model/registry-senior';
import { useTimes } from '../state/use-district';

/** Returns the way to say what stands in a field of a file, in one line. */
export function useValueWords(): (field: string, value: unknown) => string {
  const { t, word } = useSpeech();
  const { dayAndTime } = useTimes();
  const joined = (words: string[]): string => words.filter((one) => one !== '').join(' · ');
  const when = (at: string): string => (at === '' ? '' : dayAndTime(at));
  const place = (value: PlaceDraft): string => (isEmptyPlace(value) ? '' : `${value.lat}, ${value.lon}`);
  const contact = (one: ContactDraft): string =>
    joined([one.name, one.relation, one.phone, word('contactKind', one.kind), one.hours, one.opens_door ? t('file.opensDoor') : '', word('accidental', one.accidental)]);
  const stay = (one: TemporaryDraft): string => joined([one.address, one.access, place(one.door), place(one.gate), when(one.from), when(one.until), one.note]);
  const absence = (one: SeniorDraft['absence']): string => (one.place === '' ? t('registry.atHome') : joined([word('elsewhere', one.place), one.note, when(one.until)]));

  function text(field: string, value: unknown): string {
    if (typeof value === 'boolean') return t(value ? 'registry.yes' : 'registry.no');
    switch (field) {
      case 'contacts':
        return (value as ContactDraft[]).map((one, index) => `${index + 1}. ${contact(one)}`).join('\n');
      case 'temporary':
        return (value as TemporaryDraft[]).map((one, index) => `${index + 1}. ${stay(one)}`).join('\n');
      case 'hazards':
        return (value as string[]).map((code) => word('hazard', code)).join(t('registry.and'));
      case 'absence':
        return absence(value as SeniorDraft['absence']);
      case 'door':
      case 'gate':
      case 'standby':
        return place(value as PlaceDraft);
      case 'verified_at':
      case 'left_at':
        return when(String(value));
      case 'sex':
        return value === '' ? '' : word('sex', String(value));
      case 'category':
        return word('category', String(value));
      case 'tier':
        return value === '' ? '' : word('tier', String(value));
      case 'role':
        return word('role', String(value));
      case 'travel':
        return word('travel', String(value));
      default:
        return String(value);
    }
  }

  return (field, value) => {
    const words = text(field, value);
    return words === '' ? t('registry.nothing') : words;
  };
}
