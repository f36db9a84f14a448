import { useSpeech } from '../../console/i18n';
import { shadeOf } from '../model/heat';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Hours across, days down; every field says its number, the shade only helps to find it. */
export function HeatTable({ week, caption }: { week: number[][]; caption: string }) {
  const { t } = useSpeech();
  const highest = Math.max(...week.flat(), 0);
  const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
  return (
    <div className="wide-table">
      <table className="heat">
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{t('reports.weekday')}</th>
            {Array.from({ length: 24 }, (_, hour) => (
              <th key={hour} scope="col">
                {hour}
              </th>
            ))}
            <th scope="col">{t('reports.sum')}</th>
          </tr>
        </thead>
        <tbody>
          {DAYS.map((day, index) => (
            <tr key={day}>
              <th scope="row">{t(`reportDay.${day}`)}</th>
              {(week[index] ?? []).map((number, hour) => (
                <td key={hour} data-shade={shadeOf(number, highest)}>
                  {number}
                </td>
              ))}
              <td className="figure">
                <strong>{sum(week[index] ?? [])}</strong>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
