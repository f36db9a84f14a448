import { useState } from 'react';

import { useSpeech } from '../../console/i18n';
import type { EndingCertificate } from '../model/answers';
import { Answered } from '../parts/Answered';
import { useAnswer, useReportDistrict } from '../state/answers';

const AHEAD_DAYS = [0, 30, 60, 180] as const;

/** Whose certificates have ended or will: whoever goes has to be allowed to. */
export function CertificatesTab() {
  const { t } = useSpeech();
  const [ahead, setAhead] = useState<number>(60);
  const district = useReportDistrict();
  const path = district === undefined ? null : `/v1/reports/certificates?${new URLSearchParams({ within_days: String(ahead), district }).toString()}`;
  const query = useAnswer<EndingCertificate[]>(path);
  return (
    <>
      <div className="span-bar" role="group" aria-label={t('reports.ahead')}>
        {AHEAD_DAYS.map((days) => (
          <button key={days} type="button" className="button small" aria-pressed={days === ahead} onClick={() => setAhead(days)}>
            {days === 0 ? t('reports.endedOnly') : t('reports.withinDays', { days })}
          </button>
        ))}
      </div>
      <Answered query={query}>
        {(certificates) =>
          certificates.length === 0 ? (
            <p className="empty big">{t('reports.noCertificates')}</p>
          ) : (
            <table className="report-table">
              <thead>
                <tr>
                  <th scope="col">{t('reports.person')}</th>
                  <th scope="col">{t('reports.certificate')}</th>
                  <th scope="col">{t('reports.until')}</th>
                  <th scope="col">{t('reports.daysLeft')}</th>
                </tr>
              </thead>
              <tbody>
                {certificates.map(({ responder, responder_name, name, until, days_left }) => (
                  <tr key={`${responder} ${name} ${until}`}>
                    <th scope="row">{responder_name}</th>
                    <td>{name}</td>
                    <td className="figure">{until}</td>
                    <td>{days_left < 0 ? <strong className="doubt">{t('reports.ended', { days: -days_left })}</strong> : t('reports.left', { days: days_left })}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Answered>
    </>
  );
}
