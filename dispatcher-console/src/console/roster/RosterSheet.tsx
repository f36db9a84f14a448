import { useState } from 'react';

import { AsOf } from '../care/AsOf';
import { useSpeech } from '../i18n';
import { dayAfter, shownAt } from '../model/local-time';
import { DAYS_SHOWN, daysOf, draftFor, type ShiftDraft } from '../model/roster';
import { clock } from '../services';
import { useSession } from '../state/session';
import { useDistrict } from '../state/use-district';
import { Sheet } from '../ui/Sheet';
import { CoverLines } from './CoverLines';
import { DayShifts } from './DayShifts';
import { GapList } from './GapList';
import { ShiftForm } from './ShiftForm';
import { useRoster } from './use-roster';
import { WeekTable } from './WeekTable';

/** The roster: how it is now, a week with its gaps, and who works on a day. Operators read it. */
export function RosterSheet() {
  const { t } = useSpeech();
  const zone = useDistrict().data?.time_zone;
  const role = useSession((session) => session.user?.role);
  const today = zone === undefined ? '' : shownAt(clock.now(), zone).day;
  const [weeks, setWeeks] = useState(0);
  const [chosen, setChosen] = useState<string | null>(null);
  const [draft, setDraft] = useState<Partial<ShiftDraft>>({});
  const first = today === '' ? '' : dayAfter(today, weeks * DAYS_SHOWN);
  const roster = useRoster(first, zone);
  const mayWrite = role === 'supervisor' || role === 'admin';

  if (zone === undefined || roster.data === undefined) {
    return (
      <Sheet title={t('roster.title')} wide>
        <AsOf dataUpdatedAt={roster.dataUpdatedAt} error={roster.error} />
        {roster.error === null && <p className="muted">{t('app.loading')}</p>}
      </Sheet>
    );
  }
  const { cover, gaps, shifts } = roster.data;
  const days = daysOf(first, cover, zone);
  const day = days.find((it) => it.day === chosen) ?? days[0];
  const move = (by: number) => {
    setWeeks(weeks + by);
    setChosen(null);
  };
  return (
    <Sheet title={t('roster.title')} hint={t(mayWrite ? 'roster.hint' : 'roster.hintRead')} wide>
      <div className="roster">
        <CoverLines zone={zone} />
        <GapList
          gaps={gaps.filter(({ to }) => Date.parse(to) > clock.now())}
          asked={cover.some(({ asked }) => asked.aides + asked.rescuers > 0)}
          zone={zone}
          onFill={mayWrite ? (gap) => setDraft(draftFor(gap, clock.now(), zone)) : null}
        />
        <div className="section-head">
          <h3>{t('roster.week')}</h3>
          <span className="week-buttons">
            <button type="button" className="button small" onClick={() => move(-1)}>
              {t('roster.before')}
            </button>
            <button type="button" className="button small" disabled={weeks === 0} onClick={() => move(-weeks)}>
              {t('roster.today')}
            </button>
            <button type="button" className="button small" onClick={() => move(1)}>
              {t('roster.after')}
            </button>
          </span>
          <AsOf dataUpdatedAt={roster.dataUpdatedAt} error={roster.error} />
        </div>
        <WeekTable days={days} chosen={day?.day ?? null} zone={zone} onChoose={setChosen} />
        {mayWrite && <ShiftForm key={JSON.stringify(draft)} zone={zone} start={{ day: day?.day ?? first, ...draft }} />}
        {day !== undefined && <DayShifts day={day} shifts={shifts} zone={zone} mayRemove={mayWrite} />}
      </div>
    </Sheet>
  );
}
