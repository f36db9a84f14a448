import type { Ticket } from '../../generated/Ticket';
import { ticking } from '../../shared/format';
import { useSpeech } from '../i18n';
import { type MilestoneView, milestonesOf } from '../model/targets';
import { useNow } from '../state/now';
import { useTimes } from '../state/use-district';
import { LateMark } from '../ui/LateMark';

/** The way from the key to the closing in one line: what was done when, and what is late. */
export function Milestones({ ticket }: { ticket: Ticket }) {
  const { t } = useSpeech();
  const now = useNow();
  return (
    <ol className="milestones" aria-label={t('milestone.heading')}>
      {milestonesOf(ticket, now).map((view) => (
        <Step key={view.step} view={view} />
      ))}
    </ol>
  );
}

function Step({ view: { step, at, since_ms, gap_ms, state, late } }: { view: MilestoneView }) {
  const { t } = useSpeech();
  const { timeOfDay } = useTimes();
  const began = step === 'received';
  return (
    <li data-step={step} data-state={state}>
      <span className="milestone-name">{t(`milestone.${step}`)}</span>
      {at === null ? (
        <span className="muted">
          <span aria-hidden="true">–</span>
          <span className="for-ears">{state === 'ahead' ? t('milestone.ahead') : t('milestone.skipped')}</span>
        </span>
      ) : (
        <time
          title={gap_ms === null ? timeOfDay(at) : t('milestone.gap', { time: timeOfDay(at), gap: ticking(gap_ms) })}
          dateTime={new Date(at).toISOString()}
        >
          {began ? timeOfDay(at) : `+${ticking(since_ms ?? 0)}`}
        </time>
      )}
      {late !== null && <LateMark late={late} short />}
    </li>
  );
}
