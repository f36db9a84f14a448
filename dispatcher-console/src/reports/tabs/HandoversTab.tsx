import { useSpeech } from '../../console/i18n';
import { useTimes } from '../../console/state/use-district';
import type { ShiftHandover } from '../model/answers';
import { Answered } from '../parts/Answered';
import { SpanBar } from '../parts/SpanBar';
import { useAnswer, useReportPath } from '../state/answers';

/** What shifts handed over to one another. */
export function HandoversTab() {
  const { t } = useSpeech();
  const { dayAndTime } = useTimes();
  const query = useAnswer<ShiftHandover[]>(useReportPath('handovers'));
  return (
    <>
      <SpanBar />
      <Answered query={query}>
        {(handovers) =>
          handovers.length === 0 ? (
            <p className="empty big">{t('reports.noHandovers')}</p>
          ) : (
            <ol className="handovers">
              {handovers.map(({ at, from_user, to_user, read_at, open_tickets, note }) => (
                <li key={`${at} ${from_user}`}>
                  <p>
                    <strong>{dayAndTime(at)}</strong> {from_user}
                    <span className="muted"> → {to_user === null || read_at === null ? t('reports.notRead') : t('reports.readBy', { name: to_user, time: dayAndTime(read_at) })}</span>
                    {open_tickets !== null && <span className="muted"> · {t('reports.openThen', { number: open_tickets })}</span>}
                  </p>
                  <p className="said-text">{note}</p>
                </li>
              ))}
            </ol>
          )
        }
      </Answered>
    </>
  );
}
