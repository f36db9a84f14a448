import { useSpeech } from '../../console/i18n';
import { PRESETS, type Span, spanBefore, spanOf } from '../model/span';
import { useSpan, useToday } from '../state/answers';
import { ask, useAsked } from '../state/asked';

const EMPTY: Span = { from: '', to: '' };

/** Which days are reported on, and whether with those before. */
export function SpanBar({ compares = false }: { compares?: boolean }) {
  const { t } = useSpeech();
  const asked = useSpan();
  const today = useToday();
  const compare = useAsked((state) => state.compare);
  const span = asked?.span ?? EMPTY;
  const fault = asked?.fault ?? null;
  const is = (other: Span): boolean => other.from === span.from && other.to === span.to;
  return (
    <div className="span-bar" role="group" aria-label={t('reports.span')}>
      {PRESETS.map((preset) => (
        <button
          key={preset}
          type="button"
          className="button small"
          disabled={today === ''}
          aria-pressed={today !== '' && is(spanOf(preset, today))}
          onClick={() => ask({ span: spanOf(preset, today) })}
        >
          {t(`reportPreset.${preset}`)}
        </button>
      ))}
      {(['from', 'to'] as const).map((end) => (
        <label key={end} className="span-day">
          <span>{t(`reports.${end}`)}</span>
          <input type="date" value={span[end]} max="9999-12-31" onChange={(event) => ask({ span: { ...span, [end]: event.target.value } })} />
        </label>
      ))}
      {compares && (
        <label className="tick">
          <input type="checkbox" checked={compare} onChange={(event) => ask({ compare: event.target.checked })} />{' '}
          {compare && fault === null && asked !== null
            ? t('reports.comparedWith', { from: spanBefore(span).from, to: spanBefore(span).to })
            : t('reports.compare')}
        </label>
      )}
      {fault !== null && (
        <p className="fault" role="alert">
          {t(`reportFault.${fault}`)}
        </p>
      )}
    </div>
  );
}
