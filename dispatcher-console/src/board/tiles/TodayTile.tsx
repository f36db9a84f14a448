import type { ReactNode } from 'react';

import { useSpeech } from '../../console/i18n';
import { duration } from '../../shared/format';
import { ageOf } from '../age-of';
import type { PhaseTimes, ResponseTimes } from '../model/answers';
import { percent } from '../model/coverage';
import { EVERY_S } from '../model/polling';
import { ANSWER_TARGETS, answerVerdict, nearestKnown, PROMISE_MIN, promiseVerdict, type Verdict } from '../model/report';
import { useToday } from '../state/answers';
import { Tile } from '../Tile';

const SCENE_MIN = [10, 20, PROMISE_MIN];

/** Today since midnight by the district's clock, against what was promised. What nothing is known of is a dash. */
export function TodayTile() {
  const { t } = useSpeech();
  const query = useToday();
  const total = query.data?.data.total;
  return (
    <Tile name="today" heading={t('boardToday.heading')} age={ageOf(query, EVERY_S.report)}>
      {total !== undefined && (
        <table className="targets">
          <thead>
            <tr>
              <th scope="col">{t('boardToday.count', { number: total.count })}</th>
              <th scope="col">{t('boardToday.now')}</th>
              <th scope="col">{t('boardToday.verdict')}</th>
            </tr>
          </thead>
          <Answered answer={total.phases.answer} />
          <OnScene total={total} />
        </table>
      )}
    </Tile>
  );
}

function Answered({ answer }: { answer: PhaseTimes }) {
  const { t, lang } = useSpeech();
  return (
    <tbody>
      <GroupRow words={t('boardToday.answer', { number: answer.n })} phase={answer} median="boardToday.median" />
      {ANSWER_TARGETS.map((target) => {
        const { within_s, share } = target;
        const known = nearestKnown(answer, share);
        const words = t('boardToday.answerTarget', { share: `${share * 100} %`, within: within_s });
        return (
          <TargetRow key={within_s} words={words} verdict={answerVerdict(answer, target)}>
            {known !== null && t('boardToday.most', { percent: known.percent, time: duration(known.time_s * 1000, lang) })}
          </TargetRow>
        );
      })}
    </tbody>
  );
}

function OnScene({ total }: { total: ResponseTimes }) {
  const { t } = useSpeech();
  const { arrive } = total.phases;
  return (
    <tbody>
      <GroupRow words={t('boardToday.arrive', { number: arrive.n })} phase={arrive} median="boardToday.medianOfOffer" />
      {SCENE_MIN.map((min) => {
        const share = total.within[String(min)] ?? null;
        const promised = min === PROMISE_MIN;
        return (
          <TargetRow
            key={min}
            words={t(promised ? 'boardToday.promise' : 'boardToday.scene', { min })}
            verdict={promised ? promiseVerdict(total) : 'none'}
          >
            {share !== null && percent(share)}
          </TargetRow>
        );
      })}
    </tbody>
  );
}

interface GroupRowProps {
  words: string;
  phase: PhaseTimes;
  median: 'boardToday.median' | 'boardToday.medianOfOffer';
}

/** A step, of how many tickets, and how long it took half of them. */
function GroupRow({ words, phase: { p50_s }, median }: GroupRowProps) {
  const { t, lang } = useSpeech();
  return (
    <tr className="group">
      <th scope="rowgroup" colSpan={3}>
        {words}
        {p50_s !== null && <span className="light"> · {t(median, { time: duration(p50_s * 1000, lang) })}</span>}
      </th>
    </tr>
  );
}

/** What is asked for, what today came to, and whether that is enough: in a word, not by a colour alone. */
function TargetRow({ words, verdict, children }: { words: string; verdict: Verdict; children: ReactNode }) {
  const { t } = useSpeech();
  return (
    <tr>
      <th scope="row">{words}</th>
      <td>{children === false ? t('boardVerdict.none') : <strong className="figure">{children}</strong>}</td>
      <td>
        <strong className="verdict" data-verdict={verdict} title={verdict === 'unsure' ? t('boardToday.unsureHint') : undefined}>
          {t(`boardVerdict.${verdict}`)}
        </strong>
      </td>
    </tr>
  );
}
