import { percent } from '../../board/model/coverage';
import { useSpeech } from '../../console/i18n';
import { duration } from '../../shared/format';
import type { ColumnKind } from '../model/columns';
import type { Difference } from '../model/compare';

/** Returns the ways to write a figure; what is not known is a dash. */
export function useFigures(): { shown: (value: number | null, kind: ColumnKind) => string; difference: (it: Difference | null, kind: ColumnKind) => string } {
  const { t, lang } = useSpeech();
  const signed = (value: number, text: string): string => `${value < 0 ? '−' : '+'}${text}`;
  const shown = (value: number | null, kind: ColumnKind): string => {
    if (value === null) return t('reports.none');
    switch (kind) {
      case 'count':
        return String(value);
      case 'share':
        return percent(value);
      case 'seconds':
        return duration(value * 1000, lang);
      case 'signed_seconds':
        return signed(value, duration(Math.abs(value) * 1000, lang));
      case 'grade':
        return value.toFixed(2);
    }
  };
  const difference = (it: Difference | null, kind: ColumnKind): string => {
    if (it === null) return '';
    if (it.is === 'same') return t('reportDifference.same');
    const by = Math.abs(it.by);
    const text = kind === 'share' ? t('reports.points', { points: (by * 100).toFixed(1) }) : kind === 'signed_seconds' ? duration(by * 1000, lang) : shown(by, kind);
    return `${t(`reportDifference.${it.is}`)} ${signed(it.by, text)}`;
  };
  return { shown, difference };
}
