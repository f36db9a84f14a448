import { useState } from 'react';

import { useSpeech } from '../../console/i18n';
import type { HeatReport } from '../model/answers';
import { Answered } from '../parts/Answered';
import { HeatTable } from '../parts/HeatTable';
import { SpanBar } from '../parts/SpanBar';
import { useAnswer, useReportPath } from '../state/answers';

const WHICH = ['all', 'emergencies', 'false_alarms'] as const;

/** When calls come: the hours of a week. */
export function HeatTab() {
  const { t } = useSpeech();
  const [which, setWhich] = useState<(typeof WHICH)[number]>('all');
  const query = useAnswer<HeatReport>(useReportPath('heat'));
  return (
    <>
      <SpanBar />
      <div className="span-bar" role="group" aria-label={t('reports.heatOf')}>
        {WHICH.map((one) => (
          <button key={one} type="button" className="button small" aria-pressed={one === which} onClick={() => setWhich(one)}>
            {t(`reportHeat.${one}`)}
          </button>
        ))}
      </div>
      <Answered query={query}>{(heat) => <HeatTable week={heat[which]} caption={t(`reportHeat.${which}`)} />}</Answered>
    </>
  );
}
