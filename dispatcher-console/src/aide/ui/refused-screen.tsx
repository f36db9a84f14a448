import type { JSX } from 'preact';

import { timeOfDay } from '../../shared/format';
import { nameOf, whereOf } from '../model/facts';
import { hasArrived } from '../model/offer';
import type { Told } from '../model/state';
import { useSettled, usePage } from './context';
import { BigButton, Heading } from './parts';

/** The steps of somebody who stands at the door or beside the senior. */
const ARRIVED = new Set<string>(['on-scene', 'with-senior', 'escort', 'done', 'safe', 'report']);

/** Says that a step did not count, why, and what went with it; until somebody has read it. */
export function RefusedScreen({ told }: { told: Told }): JSX.Element {
  const { aide, t, lang } = usePage();
  const settled = useSettled(told.id);
  const { file, step, dropped } = told;
  const name = file === null ? null : nameOf(file);
  const where = file === null ? [] : whereOf(file);
  const steps = dropped.map((late) => t(`step.${late}`)).join(lang === 'zh' ? '、' : ', ');
  return (
    <>
      <main class="refused" data-refused={told.why}>
        <Heading>{t('verdict.title', { step: t(`step.${step}`) })}</Heading>
        <p class="large" role="alert">
          {whyOf(told, t)}
        </p>
        {(name !== null || where.length > 0) && (
          <p>
            {name !== null && <strong>{name}</strong>}
            {where.map((line) => (
              <span key={line}>{line}</span>
            ))}
          </p>
        )}
        {told.why !== 'unread' && <p>{t('verdict.tapped', { time: timeOfDay(told.at, lang) })}</p>}
        {dropped.length > 0 && (
          <p class="card card-wait" data-dropped={dropped.length}>
            {t('verdict.dropped', { steps })}
          </p>
        )}
        <p class="refused-now">{t(nowOf(told))}</p>
      </main>
      <footer class="actions">
        <BigButton look="stop" disabled={!settled} onTap={() => aide.acknowledgeRefusal(told.id)}>
          {t('cancelled.acknowledge')}
        </BigButton>
      </footer>
    </>
  );
}

function whyOf({ why, status }: Told, t: ReturnType<typeof usePage>['t']): string {
  if (why === 'gone') return t('cancelled.gone');
  if (why === 'unread') return t('verdict.unread');
  return why === 'refused' ? t('verdict.refused', { status }) : t(`now.${why}`);
}

/** What to do now. Whoever stands beside the senior must not be sent away by a screen. */
function nowOf({ why, step, dropped, file }: Told): 'verdict.still' | 'verdict.no_matter' | 'cancelled.stay' | 'cancelled.stop' {
  if (why === 'other' || why === 'refused' || why === 'unread') return 'verdict.still';
  if (step === 'decline') return 'verdict.no_matter';
  const arrived = (file !== null && hasArrived(file.offer)) || [step, ...dropped].some((taken) => ARRIVED.has(taken));
  return arrived ? 'cancelled.stay' : 'cancelled.stop';
}
