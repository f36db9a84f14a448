import type { Staff } from '../../generated/Staff';
import { tagOf } from '../../shared/lang';
import { useSpeech } from '../i18n';
import { shownAt } from '../model/local-time';
import { nearness } from '../model/roster';
import { useNow } from '../state/now';

export interface Spans {
  /** `明天`, else `11月24日 周二`. */
  dayWords: (day: string) => string;
  /** `明天 19:00–23:00`, `今天 19:00–明天 07:00`. */
  spanWords: (from: string | number, to: string | number) => string;
  /** `少 1 名助老员、2 名救援员`. */
  shortWords: (short: Staff) => string;
}

/** Returns the ways to say when in the roster something is, by the district's clock. */
export function useSpans(zone: string): Spans {
  const { t, lang } = useSpeech();
  const now = useNow();
  const dayWords = (day: string): string => {
    const near = nearness(day, now, zone);
    if (near !== null) return t(`roster.${near}`);
    const at = new Date(`${day}T12:00:00Z`);
    const date = { month: lang === 'zh' ? 'long' : 'short', day: 'numeric', weekday: 'short' } as const;
    return new Intl.DateTimeFormat(tagOf(lang), { ...date, timeZone: 'UTC' }).format(at);
  };
  return {
    dayWords,
    spanWords: (from, to) => {
      const [begins, ends] = [from, to].map((at) => shownAt(new Date(at).getTime(), zone));
      if (begins === undefined || ends === undefined) return '';
      // The midnight that ends a day belongs to it.
      const last = shownAt(new Date(to).getTime() - 1, zone).day;
      const end = last === begins.day ? (ends.time === '00:00' ? '24:00' : ends.time) : `${dayWords(ends.day)} ${ends.time}`;
      return `${dayWords(begins.day)} ${begins.time}–${end}`;
    },
    shortWords: ({ aides, rescuers }) =>
      [
        aides > 0 ? t('roster.shortAides', { number: aides }) : '',
        rescuers > 0 ? t('roster.shortRescuers', { number: rescuers }) : '',
      ]
        .filter((words) => words !== '')
        .join(t('roster.and')),
  };
}
