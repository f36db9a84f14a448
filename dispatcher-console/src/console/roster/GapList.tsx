import type { CoverGap } from '../../generated/CoverGap';
import { useSpeech } from '../i18n';
import { useSpans } from './use-spans';

interface GapListProps {
  gaps: readonly CoverGap[];
  /** Whether anybody is asked for at all. */
  asked: boolean;
  zone: string;
  /** Begins a shift that fills a gap; null for who may only read. */
  onFill: ((gap: CoverGap) => void) | null;
}

/** Where somebody is missing, in words; that nobody is, too. */
export function GapList({ gaps, asked, zone, onFill }: GapListProps) {
  const { t } = useSpeech();
  const { spanWords, shortWords } = useSpans(zone);
  if (!asked) return <p className="muted">{t('roster.noMinimum')}</p>;
  if (gaps.length === 0) return <p className="covered">{t('roster.noGaps')}</p>;
  return (
    <section aria-label={t('roster.gaps')}>
      <h3>{t('roster.gaps')}</h3>
      <ul className="gaps">
        {gaps.map((gap) => (
          <li key={`${gap.from} ${gap.to}`} data-gap={gap.from}>
            <span className="badge bad">{shortWords(gap.short)}</span> <strong>{spanWords(gap.from, gap.to)}</strong>
            {onFill !== null && (
              <button type="button" className="button small" onClick={() => onFill(gap)}>
                {t('roster.fill')}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
