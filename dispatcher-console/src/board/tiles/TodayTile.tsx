import { useSpeech } from '../../console/i18n';
import { duration } from '../../shared/format';
import { ageOf } from '../age-of';
import { percent } from '../model/coverage';
import { EVERY_S } from '../model/polling';
import { type MeasureGroup, measureGroups, type ShownMeasure, verdictOf } from '../model/report';
import { useToday } from '../state/answers';
import { Tile } from '../Tile';

/** Today since midnight by the district's clock, against what was promised. What nothing is known of is a dash. */
export function TodayTile() {
  const { t } = useSpeech();
  const query = useToday();
  const results = query.data?.data;
  return (
    <Tile name="today" heading={t('boardToday.heading')} age={ageOf(query, EVERY_S.report)}>
      {results !== undefined && (
        <table className="targets">
          <thead>
            <tr>
              <th scope="col">{t('boardToday.target')}</th>
              <th scope="col">{t('boardToday.now')}</th>
              <th scope="col">{t('boardToday.verdict')}</th>
            </tr>
          </thead>
          {measureGroups(results).map((group) => (
            <Group key={group.heading} group={group} />
          ))}
        </table>
      )}
    </Tile>
  );
}

/** A step, of how many tickets, how long it took half of them, and its measures. */
function Group({ group: { heading, measures, tickets, p50_s } }: { group: MeasureGroup }) {
  const { t, lang } = useSpeech();
  return (
    <tbody>
      <tr className="group">
        <th scope="rowgroup" colSpan={3}>
          {t(`boardToday.${heading}`, { number: tickets })}
          {p50_s !== null && <span className="light"> · {t('boardToday.median', { time: duration(p50_s * 1000, lang) })}</span>}
        </th>
      </tr>
      {measures.map((measure) => (
        <MeasureRow key={measure.key} measure={measure} />
      ))}
    </tbody>
  );
}

/** What is asked for, what today came to, and whether that is enough: in a word, not by a colour alone. */
function MeasureRow({ measure }: { measure: ShownMeasure }) {
  const { t } = useSpeech();
  const { key, share, target, inside, outside } = measure;
  const verdict = verdictOf(measure);
  return (
    <tr>
      <th scope="row">
        {t(`boardMeasure.${key}`)}
        {target !== null && <span className="light"> {t('boardToday.atLeast', { share: percent(target) })}</span>}
      </th>
      <td title={share === null ? undefined : t('boardToday.of', { inside, all: inside + outside })}>
        {share === null ? t('boardVerdict.none') : <strong className="figure">{percent(share)}</strong>}
      </td>
      <td>
        <strong className="verdict" data-verdict={verdict}>
          {t(`boardVerdict.${verdict}`)}
        </strong>
      </td>
    </tr>
  );
}
