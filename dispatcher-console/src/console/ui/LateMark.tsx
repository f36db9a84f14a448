import { duration, ticking } from '../../shared/format';
import { useSpeech } from '../i18n';
import type { Lateness } from '../model/targets';

/** In time or by how much not: by shape, word and colour together. */
export function LateMark({ late, short = false }: { late: Lateness; short?: boolean }) {
  const { t, lang } = useSpeech();
  const inTime = late.by_ms === 0;
  const by = short ? ticking(late.by_ms) : duration(late.by_ms, lang);
  const words = inTime ? t('timeline.inTime') : short ? t('timeline.lateShort', { by }) : t('timeline.late', { by });
  return (
    <span
      className={`late-mark ${inTime ? 'in-time' : late.grave ? 'grave' : 'late'}`}
      title={t('timeline.target', { within: duration(late.within_ms, lang) })}
    >
      <svg viewBox="0 0 12 12" aria-hidden="true">
        {inTime ? (
          <path d="M1.5 6.5 4.5 9.5 10.5 2.5" fill="none" stroke="currentColor" strokeWidth="2" />
        ) : (
          <path d="M6 .8 11.6 11H.4z" fill="currentColor" />
        )}
      </svg>
      <span className={inTime && short ? 'for-ears' : undefined}>{words}</span>
    </span>
  );
}
