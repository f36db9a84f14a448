import { percent } from '../../board/model/coverage';
import { useSpeech } from '../../console/i18n';
import { useTimes } from '../../console/state/use-district';
import { duration } from '../../shared/format';
import type { CallsReport } from '../model/answers';
import { Answered } from '../parts/Answered';
import { SpanBar } from '../parts/SpanBar';
import { useAnswer, useReportPath } from '../state/answers';

const COUNTS = ['incoming', 'answered', 'missed', 'lost', 'unknown_end', 'ringing', 'outgoing', 'outgoing_answered', 'graded'] as const;
const GRADES = ['opening', 'listening', 'questions', 'action', 'closing'] as const;

/** What became of telephone calls, and how well they were led. */
export function CallsTab() {
  const query = useAnswer<CallsReport>(useReportPath('calls'));
  return (
    <>
      <SpanBar />
      <Answered query={query}>{(calls) => <Calls calls={calls} />}</Answered>
    </>
  );
}

function Calls({ calls }: { calls: CallsReport }) {
  const { t, lang } = useSpeech();
  const took = (s: number | null): string => (s === null ? t('reports.none') : duration(s * 1000, lang));
  return (
    <>
      <dl className="report-figures">
        {COUNTS.map((key) => (
          <div key={key}>
            <dt>{t(`reportCall.${key}`)}</dt>
            <dd>
              <strong className="figure">{calls[key]}</strong>
            </dd>
          </div>
        ))}
        <div>
          <dt>{t('reportCall.answered_15s')}</dt>
          <dd>
            <strong className="figure">{percent(calls.answered_15s)}</strong> <span className="muted">{t('reports.atLeast', { share: percent(0.9) })}</span>
          </dd>
        </div>
        {(['wait', 'gave_up'] as const).map((key) => (
          <div key={key}>
            <dt>{t(`reportCall.${key}`)}</dt>
            <dd className="figure">{t('reports.percentiles', { p50: took(calls[key].p50_s), p90: took(calls[key].p90_s), p99: took(calls[key].p99_s) })}</dd>
          </div>
        ))}
      </dl>
      {calls.grades !== null && (
        <section>
          <h2>{t('reports.grades')}</h2>
          <dl className="report-figures">
            {GRADES.map((key) => (
              <div key={key}>
                <dt>{t(`reportGrade.${key}`)}</dt>
                <dd>
                  <strong className="figure">{calls.grades?.[key].toFixed(2)}</strong>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      <Missed missed={calls.missed_calls} />
    </>
  );
}

function Missed({ missed }: { missed: CallsReport['missed_calls'] }) {
  const { t, lang } = useSpeech();
  const { dayAndTime } = useTimes();
  return (
    <section>
      <h2>{t('reports.missedCalls')}</h2>
      {missed.length === 0 ? (
        <p className="empty">{t('reports.noMissed')}</p>
      ) : (
        <table className="report-table">
          <thead>
            <tr>
              <th scope="col">{t('reports.rangAt')}</th>
              <th scope="col">{t('reports.rang')}</th>
              <th scope="col">{t('reports.reachedAt')}</th>
            </tr>
          </thead>
          <tbody>
            {missed.map(({ call, ringing_at, rang_s, reached_at }) => (
              <tr key={call}>
                <td>{dayAndTime(ringing_at)}</td>
                <td className="figure">{duration(rang_s * 1000, lang)}</td>
                <td>{reached_at === null ? <strong className="doubt">{t('reports.notReached')}</strong> : dayAndTime(reached_at)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
