import { useState } from 'react';

import { percent } from '../../board/model/coverage';
import { useSpeech } from '../../console/i18n';
import { duration } from '../../shared/format';
import type { DeviceReport } from '../model/answers';
import { Answered } from '../parts/Answered';
import { type Behind, BehindSheet } from '../parts/BehindSheet';
import { FigureCell } from '../parts/FigureCell';
import { SpanBar } from '../parts/SpanBar';
import { useAnswer, usePathOf, useReportPath, useSpan } from '../state/answers';

/** The two that are no causes: all of the work, and what is not done. */
const WHOLE = ['device_work', 'device_work_open'];

/** Why devices were out of touch, and how long it took until somebody had seen to them. */
export function DevicesTab() {
  const { t } = useSpeech();
  const [behind, setBehind] = useState<Behind | null>(null);
  const query = useAnswer<DeviceReport>(useReportPath('devices'));
  return (
    <>
      <SpanBar />
      <p className="muted">{t('reports.devicesCount')}</p>
      <Answered query={query}>{(report) => <Work report={report} onOpen={setBehind} />}</Answered>
      {behind !== null && <BehindSheet behind={behind} onClose={() => setBehind(null)} />}
    </>
  );
}

function Work({ report, onOpen }: { report: DeviceReport; onOpen: (behind: Behind) => void }) {
  const { t, word, lang } = useSpeech();
  const asked = useSpan();
  const figures = usePathOf('figures/', asked === null || asked.fault !== null ? null : asked.span);
  const took = (s: number | null): string => (s === null ? t('reports.none') : duration(s * 1000, lang));
  const number = (key: string, tickets: number) => {
    const what = word('reportDevice', key);
    const path = figures?.replace('figures/?', `figures/${key}/tickets?`) ?? null;
    return (
      <FigureCell label={t('reports.openTickets', { number: tickets, what })} onOpen={path === null || tickets === 0 ? null : () => onOpen({ path, title: what })}>
        {tickets}
      </FigureCell>
    );
  };
  const causes = report.counts.filter(({ key }) => !WHOLE.includes(key));
  const done = causes.reduce((sum, { tickets }) => sum + tickets, 0);
  return (
    <>
      <dl className="report-figures">
        {report.counts
          .filter(({ key }) => WHOLE.includes(key))
          .map(({ key, tickets }) => (
            <div key={key}>
              <dt>{word('reportDevice', key)}</dt>
              <dd>{number(key, tickets)}</dd>
            </div>
          ))}
        <div>
          <dt>{t('reports.deviceTook')}</dt>
          <dd className="figure">{t('reports.percentiles', { p50: took(report.took.p50_s), p90: took(report.took.p90_s), p99: took(report.took.p99_s) })}</dd>
        </div>
      </dl>
      <table className="report-table">
        <thead>
          <tr>
            <th scope="col">{t('reports.deviceCause')}</th>
            <th scope="col">{t('reports.deviceDone')}</th>
            <th scope="col">{t('reports.deviceShare')}</th>
          </tr>
        </thead>
        <tbody>
          {causes.map(({ key, tickets }) => (
            <tr key={key}>
              <th scope="row">{word('reportDevice', key)}</th>
              <td>{number(key, tickets)}</td>
              <td className="figure">{percent(done === 0 ? null : tickets / done)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
