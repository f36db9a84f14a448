import type { Plan } from '../../generated/Plan';
import { listed } from '../../shared/format';
import { useSpeech } from '../i18n';
import { useTimes } from '../state/use-district';

/** What is peculiar to a senior; nothing at all when nothing is. */
export function PlanCard({ plan }: { plan: Plan }) {
  const { t, lang, word } = useSpeech();
  const { dayAndTime } = useTimes();
  const lines: [string, string][] = [];
  if (plan.died_at !== null) lines.push([t('plan.died'), dayAndTime(plan.died_at)]);
  if (plan.hazards.length > 0) lines.push([t('plan.hazards'), listed(plan.hazards.map((code) => word('hazard', code)), lang)]);
  if (plan.advice !== '') lines.push([t('plan.advice'), plan.advice]);
  if (plan.dialect !== null) lines.push([t('plan.dialect'), plan.dialect]);
  const talk = [plan.deaf && t('plan.deaf'), plan.mute && t('plan.mute')].filter((text) => text !== false);
  if (talk.length > 0) lines.push([t('plan.talk'), listed(talk, lang)]);
  if (plan.absence !== null) {
    const { place, until, note } = plan.absence;
    const facts = [word('elsewhere', place), note, until === null ? '' : t('plan.until', { date: dayAndTime(until) })];
    lines.push([t('plan.absence'), facts.filter((fact) => fact !== '').join(' · ')]);
  }
  if (lines.length === 0) return null;
  return (
    <section className="plan" aria-labelledby="senior-plan">
      <h3 id="senior-plan">{t('plan.heading')}</h3>
      <dl>
        {lines.map(([what, text]) => (
          <div key={what} data-danger={what === t('plan.hazards')}>
            <dt>{what}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
