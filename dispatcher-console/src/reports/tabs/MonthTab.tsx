import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';

import { useSpeech } from '../../console/i18n';
import { api } from '../../console/services';
import { useTimes } from '../../console/state/use-district';
import { ApiError } from '../../shared/api';
import { duration } from '../../shared/format';
import type { ClosedMonth, MissedTicket, MonthReviews } from '../model/answers';
import { isMonth, monthBefore, monthInWords } from '../model/span';
import { Answered } from '../parts/Answered';
import { useAnswer, useReportDistrict, useToday } from '../state/answers';
import { ask, useAsked } from '../state/asked';

/** Why targets were missed in a month, and closing it. */
export function MonthTab() {
  const { t } = useSpeech();
  const today = useToday();
  const district = useReportDistrict();
  const asked = useAsked(({ month }) => month);
  const month = asked ?? (today === '' ? null : monthBefore(today.slice(0, 7)));
  const path = month === null || district === undefined ? null : `/v1/reviews?${new URLSearchParams({ month, district }).toString()}`;
  const query = useAnswer<MonthReviews>(path);
  return (
    <>
      <div className="span-bar">
        <label className="span-day">
          <span>{t('reports.month')}</span>
          <input type="month" value={month ?? ''} max="9999-12" onChange={({ target: { value } }) => isMonth(value) && ask({ month: value })} />
        </label>
        {month !== null && (
          <a className="button small" href={`/reports?${new URLSearchParams({ print: month, ...(district === undefined ? {} : { district }) }).toString()}`} target="_blank" rel="noreferrer">
            {t('reports.printed')}
          </a>
        )}
      </div>
      <Answered query={query}>{(reviews) => <Reviews reviews={reviews} />}</Answered>
      <ClosedMonths />
    </>
  );
}

function Reviews({ reviews }: { reviews: MonthReviews }) {
  const { t, tag } = useSpeech();
  const { closed, open, pending, missing, tickets, cut } = reviews;
  const causes = useAnswer<string[]>('/v1/review-causes').data ?? [];
  return (
    <>
      <section className="month-state" data-closed={closed !== null}>
        <h2>{monthInWords(reviews.month, tag)}</h2>
        {closed === null ? <Closing reviews={reviews} /> : <Closed closed={closed} />}
        {closed === null && (
          <p>
            {t('reports.monthOpen', { open, pending, missing })}
          </p>
        )}
      </section>
      <section>
        <h2>{t('reports.missed', { number: tickets.length })}</h2>
        {cut && <p className="doubt">{t('reports.missedCut')}</p>}
        {tickets.length === 0 ? (
          <p className="empty">{t('reports.noneMissed')}</p>
        ) : (
          <ul className="missed">
            {tickets.map((ticket) => (
              <Missed key={ticket.ticket} missed={ticket} causes={causes} frozen={closed !== null} />
            ))}
          </ul>
        )}
      </section>
    </>
  );
}

function Closed({ closed }: { closed: ClosedMonth }) {
  const { t } = useSpeech();
  const { dayAndTime } = useTimes();
  return (
    <>
      <p>
        <strong>{t('reports.closedBy', { name: closed.by, time: dayAndTime(closed.closed_at) })}</strong>
      </p>
      <p>
        {t('reports.hash')} <code className="raw">{closed.sha256}</code>
      </p>
    </>
  );
}

/** What a server said when it would not do something. */
function useRefusal(): [string | null, (error: unknown) => void, () => void] {
  const { t } = useSpeech();
  const [words, setWords] = useState<string | null>(null);
  const refuse = (error: unknown): void =>
    setWords(error instanceof ApiError && error.status >= 400 && error.status < 500 ? t('reports.refused', { why: error.detail ?? error.title }) : t('reports.failed'));
  return [words, refuse, () => setWords(null)];
}

function Closing({ reviews: { month, open, pending, missing } }: { reviews: MonthReviews }) {
  const { t } = useSpeech();
  const queries = useQueryClient();
  const district = useReportDistrict();
  const today = useToday();
  const [sure, setSure] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refusal, refuse, forget] = useRefusal();
  const runs = today !== '' && month >= today.slice(0, 7);
  const why = runs ? t('reports.monthRuns') : open > 0 || pending > 0 || missing > 0 ? t('reports.notYet') : null;
  async function close(): Promise<void> {
    setBusy(true);
    forget();
    try {
      await api.post(`/v1/months/${month}/close?${new URLSearchParams({ district: district ?? '' }).toString()}`);
      await queries.invalidateQueries({ queryKey: ['reports'] });
    } catch (error) {
      refuse(error);
    } finally {
      setBusy(false);
      setSure(false);
    }
  }
  return (
    <div className="closing">
      {why !== null ? (
        <p className="muted">{why}</p>
      ) : sure ? (
        <>
          <p>{t('reports.sure')}</p>
          <button type="button" className="button warn" disabled={busy} onClick={() => void close()}>
            {t('reports.closeForGood')}
          </button>
          <button type="button" className="button" onClick={() => setSure(false)}>
            {t('act.cancel')}
          </button>
        </>
      ) : (
        <button type="button" className="button primary" onClick={() => setSure(true)}>
          {t('reports.closeMonth')}
        </button>
      )}
      {refusal !== null && (
        <p className="fault" role="alert">
          {refusal}
        </p>
      )}
    </div>
  );
}

interface MissedProps {
  missed: MissedTicket;
  causes: readonly string[];
  frozen: boolean;
}

function Missed({ missed, causes, frozen }: MissedProps) {
  const { t, word, lang } = useSpeech();
  const { dayAndTime } = useTimes();
  const { ticket, number, received_at, measures, review } = missed;
  return (
    <li data-reviewed={review !== null}>
      <p>
        <a href={`/?ticket=${ticket}`} target="_blank" rel="noreferrer">
          {t('reports.number', { number })}
        </a>{' '}
        <span className="muted">{dayAndTime(received_at)}</span>
      </p>
      <ul>
        {measures.map(({ key, took_s }) => (
          <li key={key}>{t('reports.missedBy', { measure: word('reportMeasure', key), took: duration(took_s * 1000, lang) })}</li>
        ))}
      </ul>
      {review !== null && (
        <p className="review">
          <strong>{word('reviewCause', review.cause)}</strong> {review.note !== null && <span className="said-text">{review.note}</span>}{' '}
          <span className="muted">{t('reports.saidBy', { name: review.by, time: dayAndTime(review.at) })}</span>
        </p>
      )}
      {!frozen && <CauseForm key={review?.at ?? ''} missed={missed} causes={causes} />}
    </li>
  );
}

function CauseForm({ missed: { ticket, number, review }, causes }: Omit<MissedProps, 'frozen'>) {
  const { t, word } = useSpeech();
  const queries = useQueryClient();
  const [cause, setCause] = useState(review?.cause ?? '');
  const [note, setNote] = useState(review?.note ?? '');
  const [busy, setBusy] = useState(false);
  const [refusal, refuse, forget] = useRefusal();
  const id = useId();
  async function save(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    forget();
    try {
      await api.put(`/v1/tickets/${ticket}/review`, { cause, note: note.trim() === '' ? null : note.trim() });
      await queries.invalidateQueries({ queryKey: ['reports'] });
    } catch (error) {
      refuse(error);
    } finally {
      setBusy(false);
    }
  }
  return (
    <form className="cause-form" aria-label={t('reports.causeOf', { number })} onSubmit={(event) => void save(event)}>
      <label htmlFor={`${id}cause`} className="for-ears">
        {t('reports.cause')}
      </label>
      <select id={`${id}cause`} required value={cause} onChange={(event) => setCause(event.target.value)}>
        <option value="">{t('reports.chooseCause')}</option>
        {causes.map((one) => (
          <option key={one} value={one}>
            {word('reviewCause', one)}
          </option>
        ))}
      </select>
      <label htmlFor={`${id}note`} className="for-ears">
        {t('reports.note')}
      </label>
      <input id={`${id}note`} value={note} maxLength={1_000} required={cause === 'other'} placeholder={t('reports.note')} onChange={(event) => setNote(event.target.value)} />
      <button type="submit" className="button small" disabled={busy || cause === ''}>
        {t(review === null ? 'reports.say' : 'reports.sayAnew')}
      </button>
      {refusal !== null && (
        <p className="fault" role="alert">
          {refusal}
        </p>
      )}
    </form>
  );
}

function ClosedMonths() {
  const { t } = useSpeech();
  const { dayAndTime } = useTimes();
  const district = useReportDistrict();
  const query = useAnswer<ClosedMonth[]>(district === undefined ? null : `/v1/months?${new URLSearchParams({ district }).toString()}`);
  return (
    <section>
      <h2>{t('reports.closedMonths')}</h2>
      <Answered query={query}>
        {(months) =>
          months.length === 0 ? (
            <p className="empty">{t('reports.noClosed')}</p>
          ) : (
            <table className="report-table">
              <thead>
                <tr>
                  <th scope="col">{t('reports.month')}</th>
                  <th scope="col">{t('reports.closedAt')}</th>
                  <th scope="col">{t('reports.by_whom')}</th>
                  <th scope="col">{t('reports.hash')}</th>
                </tr>
              </thead>
              <tbody>
                {months.map(({ month, closed_at, by, sha256 }) => (
                  <tr key={month}>
                    <th scope="row">
                      <button type="button" className="figure-link" onClick={() => ask({ month })}>
                        {month}
                      </button>
                    </th>
                    <td>{dayAndTime(closed_at)}</td>
                    <td>{by}</td>
                    <td>
                      <code className="raw">{sha256}</code>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Answered>
    </section>
  );
}
