import { useSpeech } from '../../console/i18n';
import { useDistrict } from '../../console/state/use-district';
import { useSpans } from '../../console/roster/use-spans';
import type { CoverGap } from '../../generated/CoverGap';
import type { CoverNow } from '../../generated/CoverNow';
import { ageOf } from '../age-of';
import { EVERY_S } from '../model/polling';
import { useCoverOfShifts } from '../state/answers';
import { useBoardDistrict } from '../state/district';
import { useWall } from '../state/wall';
import { Tile } from '../Tile';

const GAPS_SHOWN = { page: 3, wall: 2 };
const STAFF = ['aides', 'rescuers'] as const;

/** Whether enough people are on duty now, and where the coming shifts have gaps. */
export function ShiftsTile() {
  const { t } = useSpeech();
  const query = useCoverOfShifts();
  const zone = useDistrict(useBoardDistrict()).data?.time_zone;
  const cover = query.data?.data;
  return (
    <Tile name="shifts" heading={t('boardShifts.heading')} age={ageOf(query, EVERY_S.cover)}>
      {cover !== undefined && zone !== undefined && (
        <>
          <OnDuty cover={cover} />
          <Gaps gaps={cover.gaps} asked={cover.asked} zone={zone} />
        </>
      )}
    </Tile>
  );
}

function OnDuty({ cover }: { cover: CoverNow }) {
  const { t } = useSpeech();
  const missing = cover.people.filter((it) => it.missing).length;
  return (
    <>
      <table className="figures">
        <thead>
          <tr>
            <th scope="col">{t('boardPeople.who')}</th>
            <th scope="col">{t('boardShifts.onDuty')}</th>
            <th scope="col">{t('boardShifts.asked')}</th>
            <th scope="col">{t('boardShifts.rostered')}</th>
            <th scope="col">{t('boardToday.verdict')}</th>
          </tr>
        </thead>
        <tbody>
          {STAFF.map((staff) => {
            const asked = cover.asked[staff];
            const short = asked - cover.on_duty[staff];
            const verdict = asked === 0 ? 'none' : short > 0 ? 'missed' : 'met';
            return (
              <tr key={staff}>
                <th scope="row">{t(staff === 'aides' ? 'boardPeople.aide' : 'boardPeople.rescuer')}</th>
                <td className="figure">{cover.on_duty[staff]}</td>
                <td className="figure">{asked}</td>
                <td className="figure">{cover.rostered[staff]}</td>
                <td>
                  <strong className="verdict" data-verdict={verdict}>
                    {verdict === 'missed' ? t('boardShifts.short', { number: short }) : t(verdict === 'met' ? 'boardShifts.enough' : 'boardVerdict.none')}
                  </strong>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {missing > 0 && <p className="doubt">{t('boardShifts.missing', { number: missing })}</p>}
    </>
  );
}

function Gaps({ gaps, asked, zone }: { gaps: readonly CoverGap[]; asked: CoverNow['asked']; zone: string }) {
  const { t } = useSpeech();
  const { spanWords, shortWords } = useSpans(zone);
  const limit = GAPS_SHOWN[useWall((state) => (state.wall ? 'wall' : 'page'))];
  if (gaps.length === 0) {
    const looked = asked.aides > 0 || asked.rescuers > 0;
    return <p className={looked ? 'covered' : 'muted'}>{t(looked ? 'boardShifts.noGaps' : 'boardShifts.noMinimum')}</p>;
  }
  return (
    <ul className="gaps" aria-label={t('boardShifts.gaps')}>
      {gaps.slice(0, limit).map((gap) => (
        <li key={gap.from}>
          <span className="badge bad">{shortWords(gap.short)}</span> <strong>{spanWords(gap.from, gap.to)}</strong>
        </li>
      ))}
      {gaps.length > limit && <li className="muted">{t('boardShifts.more', { number: gaps.length - limit })}</li>}
    </ul>
  );
}
