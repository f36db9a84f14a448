import { useSpeech } from '../i18n';
import { isNobody, type RosterDay, type Segment } from '../model/roster';
import { useNow } from '../state/now';
import { useSpans } from './use-spans';

const HOURS = ['0', '6', '12', '18'];

interface WeekTableProps {
  days: readonly RosterDay[];
  chosen: string | null;
  zone: string;
  onChoose: (day: string) => void;
}

/** A week, a line a day: how many are in the roster of how many that are asked. */
export function WeekTable({ days, chosen, zone, onChoose }: WeekTableProps) {
  const { t } = useSpeech();
  const { dayWords } = useSpans(zone);
  return (
    <table className="week">
      <thead>
        <tr>
          <th scope="col">{t('roster.day')}</th>
          <th scope="col" className="hours">
            <span className="for-ears">{t('roster.hours')}</span>
            {HOURS.map((hour) => (
              <span key={hour} aria-hidden="true">
                {hour}
              </span>
            ))}
          </th>
        </tr>
      </thead>
      <tbody>
        {days.map((day) => (
          <tr key={day.day} data-day={day.day} data-chosen={day.day === chosen}>
            <th scope="row">
              <button type="button" aria-pressed={day.day === chosen} onClick={() => onChoose(day.day)}>
                {dayWords(day.day)}
              </button>
            </th>
            <td>
              <div className="bar">
                {day.segments.map((segment) => (
                  <SegmentBox key={segment.from} segment={segment} day={day} zone={zone} />
                ))}
                <NowMark day={day} />
              </div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function SegmentBox({ segment, day, zone }: { segment: Segment; day: RosterDay; zone: string }) {
  const { t } = useSpeech();
  const { spanWords, shortWords } = useSpans(zone);
  const { from, to, asked, rostered, short } = segment;
  const gap = !isNobody(short);
  const words = gap ? `${spanWords(from, to)} ${shortWords(short)}` : spanWords(from, to);
  const aides = t('roster.aidesOf', { there: rostered.aides, asked: asked.aides });
  const rescuers = t('roster.rescuersOf', { there: rostered.rescuers, asked: asked.rescuers });
  return (
    <div
      className="segment"
      data-gap={gap}
      data-empty={isNobody(asked) && isNobody(rostered)}
      style={{ width: `${((to - from) / (day.to - day.from)) * 100}%` }}
      title={`${words} · ${aides} · ${rescuers}`}
    >
      <span className="for-ears">{words}</span>
      <span>{aides}</span>
      <span>{rescuers}</span>
    </div>
  );
}

/** Where the day is at present. */
function NowMark({ day: { from, to } }: { day: RosterDay }) {
  const now = useNow();
  if (now < from || now >= to) return null;
  return <span className="now-mark" style={{ left: `${((now - from) / (to - from)) * 100}%` }} aria-hidden="true" />;
}
