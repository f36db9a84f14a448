import { useEffect } from 'react';

import { percent } from '../board/model/coverage';
import { verdictOf } from '../board/model/report';
import { useSpeech } from '../console/i18n';
import { clock } from '../console/services';
import { useSession } from '../console/state/session';
import { wantTheme } from '../console/state/theme';
import { useDistrict, useTimes } from '../console/state/use-district';
import { duration } from '../shared/format';
import type { CallsReport, HeatReport, MeasureResult, MonthReviews, NamedRow, ReportBy, SummaryReport } from './model/answers';
import { type ColumnKey, COLUMNS } from './model/columns';
import { frozenMeasures } from './model/frozen';
import { monthInWords, spanOfMonth } from './model/span';
import { Answered } from './parts/Answered';
import { Bars } from './parts/Bars';
import { useFigures } from './parts/figure';
import { useGroupName } from './parts/group-name';
import { HeatTable } from './parts/HeatTable';
import { useAnswer, usePathOf, useReportDistrict } from './state/answers';
import { ask } from './state/asked';

/** A month on paper, A4: what the authority gets. Of a closed month the measures are those that were frozen. */
export function PrintedMonth({ month }: { month: string }) {
  const { t } = useSpeech();
  const district = useReportDistrict();
  useEffect(() => {
    wantTheme('light'); // light letters cannot be read on paper
    return () => wantTheme(null);
  }, []);
  const reviews = useAnswer<MonthReviews>(district === undefined ? null : `/v1/reviews?${new URLSearchParams({ month, district }).toString()}`);
  return (
    <main className="paper" aria-label={t('reports.printed')}>
      <p className="paper-buttons">
        <button type="button" className="button primary" onClick={() => window.print()}>
          {t('reports.print')}
        </button>
        <button type="button" className="button" onClick={() => ask({ print: null, tab: 'month', month })}>
          {t('reports.back')}
        </button>
      </p>
      <Answered query={reviews}>{(month) => <Paper reviews={month} />}</Answered>
    </main>
  );
}

function Paper({ reviews }: { reviews: MonthReviews }) {
  const { t, tag } = useSpeech();
  const { dayAndTime } = useTimes();
  const district = useReportDistrict();
  const name = useDistrict(district).data?.name ?? district;
  const user = useSession((session) => session.user?.name);
  const span = spanOfMonth(reviews.month);
  const { closed } = reviews;
  return (
    <article>
      <header className="paper-head">
        <h1>{t('reports.paperTitle', { district: name, month: monthInWords(reviews.month, tag) })}</h1>
        <p>{t('reports.paperSpan', { from: span.from, to: span.to })}</p>
        {closed === null ? (
          <p className="doubt">{t('reports.paperOpen', { open: reviews.open, pending: reviews.pending, missing: reviews.missing })}</p>
        ) : (
          <p>
            {t('reports.closedBy', { name: closed.by, time: dayAndTime(closed.closed_at) })}
            <br />
            {t('reports.hash')} <code>{closed.sha256}</code>
          </p>
        )}
      </header>
      <PaperMeasures reviews={reviews} />
      <PaperFigures month={reviews.month} />
      <PaperGroups month={reviews.month} by="day" heading={t('reports.byDay')} columns={['tickets', 'emergencies', 'answered_60s', 'on_scene_30min', 'reach_p50', 'reach_p90']} />
      <PaperGroups month={reviews.month} by="village" heading={t('reports.byVillage')} columns={['tickets', 'emergencies', 'on_scene_10min', 'on_scene_30min', 'reach_p50', 'reach_p90']} />
      <PaperGroups month={reviews.month} by="responder" heading={t('reports.byResponder')} columns={['tickets', 'offers_asked', 'accepted_share', 'offers_expired', 'reach_p50', 'eta_p50']} />
      <PaperHeat month={reviews.month} />
      <PaperCalls month={reviews.month} />
      <PaperMissed reviews={reviews} />
      <footer className="paper-foot">
        <p>{t('reports.paperCounts')}</p>
        <p>{t('reports.paperMade', { name: user ?? '', time: dayAndTime(clock.now()) })}</p>
        <p className="signs">
          <span>{t('reports.signMade')}</span>
          <span>{t('reports.signChecked')}</span>
          <span>{t('reports.signDate')}</span>
        </p>
      </footer>
    </article>
  );
}

function PaperMeasures({ reviews: { month, closed } }: { reviews: MonthReviews }) {
  const { t } = useSpeech();
  const district = useReportDistrict();
  const query = new URLSearchParams({ district: district ?? '' }).toString();
  const now = useAnswer<MeasureResult[]>(usePathOf('measures', closed === null ? spanOfMonth(month) : null));
  const frozen = useAnswer<unknown>(closed === null ? null : `/v1/months/${month}?${query}`);
  return (
    <section>
      <h2>{t('reports.measures')}</h2>
      {closed === null ? (
        <Answered query={now}>{(results) => <MeasuresTable results={results} />}</Answered>
      ) : (
        <Answered query={frozen}>{(report) => <MeasuresTable results={frozenMeasures(report)} />}</Answered>
      )}
    </section>
  );
}

function MeasuresTable({ results }: { results: MeasureResult[] }) {
  const { t, word, lang } = useSpeech();
  const took = (s: number | null): string => (s === null ? t('reports.none') : duration(s * 1000, lang));
  return (
    <table className="report-table">
      <thead>
        <tr>
          {(['measure', 'target', 'reached', 'inside', 'outside', 'p50', 'p90', 'p99', 'verdict'] as const).map((head) => (
            <th key={head} scope="col">
              {t(`reports.${head}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {results.map((result) => {
          const verdict = verdictOf(result);
          return (
            <tr key={result.key}>
              <th scope="row">{word('reportMeasure', result.key)}</th>
              <td>{result.target === null ? t('reports.none') : t('reports.atLeast', { share: percent(result.target) })}</td>
              <td>{percent(result.share)}</td>
              <td>{result.inside}</td>
              <td>{result.outside}</td>
              <td>{took(result.p50_s)}</td>
              <td>{took(result.p90_s)}</td>
              <td>{took(result.p99_s)}</td>
              <td>
                <strong className="verdict" data-verdict={verdict}>
                  {t(`reportVerdict.${verdict}`)}
                </strong>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function PaperFigures({ month }: { month: string }) {
  const { t } = useSpeech();
  const { shown } = useFigures();
  const query = useAnswer<SummaryReport>(usePathOf('summary', spanOfMonth(month), { by: 'month' }));
  return (
    <section>
      <h2>{t('reports.figures')}</h2>
      <Answered query={query}>
        {({ total }) => (
          <dl className="report-figures">
            {COLUMNS.filter(({ measure }) => measure === null).map((column) => (
              <div key={column.key}>
                <dt>{t(`reportColumn.${column.key}`)}</dt>
                <dd className="figure">
                  <strong>{shown(column.of(total), column.kind)}</strong>
                </dd>
              </div>
            ))}
          </dl>
        )}
      </Answered>
    </section>
  );
}

interface PaperGroupsProps {
  month: string;
  by: ReportBy;
  heading: string;
  columns: readonly ColumnKey[];
}

function PaperGroups({ month, by, heading, columns }: PaperGroupsProps) {
  const { t } = useSpeech();
  const nameOf = useGroupName();
  const { shown } = useFigures();
  const query = useAnswer<SummaryReport>(usePathOf('summary', spanOfMonth(month), { by }));
  const told = columns.flatMap((key) => COLUMNS.filter((column) => column.key === key));
  const cells = (group: NamedRow) =>
    told.map((column) => (
      <td key={column.key} className="figure">
        {shown(column.of(group.row), column.kind)}
      </td>
    ));
  return (
    <section>
      <h2>{heading}</h2>
      <Answered query={query}>
        {({ groups }) =>
          groups.length === 0 ? (
            <p className="empty">{t('reports.noTicketsInSpan')}</p>
          ) : (
            <>
              {by === 'day' && <Bars label={heading} write={String} bars={groups.map((group) => ({ key: group.key, name: group.name, value: group.row.tickets }))} />}
              <table className="report-table">
                <thead>
                  <tr>
                    <th scope="col">{t(`reportBy.${by}`)}</th>
                    {told.map(({ key }) => (
                      <th key={key} scope="col">
                        {t(`reportColumn.${key}`)}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {groups.map((group) => (
                    <tr key={group.key}>
                      <th scope="row">{nameOf(by, group)}</th>
                      {cells(group)}
                    </tr>
                  ))}
                </tbody>
              </table>
            </>
          )
        }
      </Answered>
    </section>
  );
}

function PaperHeat({ month }: { month: string }) {
  const { t } = useSpeech();
  const query = useAnswer<HeatReport>(usePathOf('heat', spanOfMonth(month)));
  return (
    <section>
      <h2>{t('reportTab.heat')}</h2>
      <Answered query={query}>{({ all }) => <HeatTable week={all} caption={t('reportHeat.all')} />}</Answered>
    </section>
  );
}

function PaperCalls({ month }: { month: string }) {
  const { t } = useSpeech();
  const query = useAnswer<CallsReport>(usePathOf('calls', spanOfMonth(month)));
  return (
    <section>
      <h2>{t('reportTab.calls')}</h2>
      <Answered query={query}>
        {(calls) => (
          <dl className="report-figures">
            {(['incoming', 'answered', 'missed', 'lost', 'outgoing', 'graded'] as const).map((key) => (
              <div key={key}>
                <dt>{t(`reportCall.${key}`)}</dt>
                <dd className="figure">
                  <strong>{calls[key]}</strong>
                </dd>
              </div>
            ))}
            <div>
              <dt>{t('reportCall.answered_15s')}</dt>
              <dd className="figure">
                <strong>{percent(calls.answered_15s)}</strong>
              </dd>
            </div>
          </dl>
        )}
      </Answered>
    </section>
  );
}

function PaperMissed({ reviews: { tickets } }: { reviews: MonthReviews }) {
  const { t, word, lang } = useSpeech();
  const { dayAndTime } = useTimes();
  return (
    <section>
      <h2>{t('reports.missed', { number: tickets.length })}</h2>
      {tickets.length === 0 ? (
        <p>{t('reports.noneMissed')}</p>
      ) : (
        <table className="report-table">
          <thead>
            <tr>
              {(['ticket', 'received', 'what', 'cause'] as const).map((head) => (
                <th key={head} scope="col">
                  {t(`reportMissed.${head}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {tickets.map(({ ticket, number, received_at, measures, review }) => (
              <tr key={ticket}>
                <th scope="row">{number}</th>
                <td>{dayAndTime(received_at)}</td>
                <td>{measures.map(({ key, took_s }) => t('reports.missedBy', { measure: word('reportMeasure', key), took: duration(took_s * 1000, lang) })).join('; ')}</td>
                <td>{review === null ? <strong className="doubt">{t('reports.noCause')}</strong> : [word('reviewCause', review.cause), review.note].filter(Boolean).join(': ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
