import { useSpeech } from '../../console/i18n';
import type { NamedRow, ReportBy } from '../model/answers';

/** Returns the way to call a group. */
export function useGroupName(): (by: ReportBy, group: Pick<NamedRow, 'key' | 'name'>) => string {
  const { t, word } = useSpeech();
  return (by, { key, name }) => {
    if (key === 'unknown') return t('reports.unknown');
    switch (by) {
      case 'hour':
        return key.replace('T', ' ');
      case 'week':
        return t('reports.weekOf', { day: key });
      case 'category':
        return word('category', key);
      case 'responder':
        return name === key ? t('reports.nobodyKnown') : name;
      case 'ring':
        return t('reports.ringOf', { min: key });
      case 'day':
      case 'month':
      case 'village':
        return name;
    }
  };
}
