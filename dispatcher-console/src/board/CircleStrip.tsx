import { useSpeech } from '../console/i18n';
import { useFeed } from '../console/state/feed-store';
import { useNow } from '../console/state/now';
import { useSession } from '../console/state/session';
import { circleOf, type CircleState } from './model/circle';
import { EVERY_S, isOld } from './model/polling';
import { useCoverage, useCoverOfShifts } from './state/answers';

const SIGNS: Record<CircleState, string> = {
  holds: 'M2 8.5 6.2 13 14 3.5',
  strained: 'M8 1.5 15 14H1zM8 6v4M8 11.6v.6',
  broken: 'M3 3l10 10M13 3 3 13',
  unknown: 'M5.5 6a2.6 2.6 0 1 1 3.8 2.3C8.3 8.9 8 9.4 8 10.3M8 12.4v.6',
};

/** The one answer that a glance must give: does the rescue circle hold now, and if not, why. */
export function CircleStrip() {
  const { t } = useSpeech();
  const now = useNow();
  const isIn = useSession((session) => session.stage === 'in');
  const live = useFeed((feed) => feed.known && feed.status.state === 'live');
  const tickets = useFeed((feed) => feed.tickets);
  const coverage = useCoverage().data?.data;
  const shifts = useCoverOfShifts().data;
  const fresh = coverage !== undefined && !isOld(Date.parse(coverage.at), EVERY_S.coverage, now);
  const cover = shifts === undefined || isOld(shifts.at, EVERY_S.cover, now) ? null : shifts.data;
  const facts = { live: live && isIn, tickets: tickets.values(), coverage: fresh ? coverage : null, cover };
  const { state, reasons } = circleOf(facts, now);
  return (
    <section className="circle" data-circle={state} aria-label={t('boardCircle.heading')}>
      <h2>{t('boardCircle.heading')}</h2>
      <p className="circle-state" role="status">
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d={SIGNS[state]} fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" />
        </svg>
        {t(`boardCircle.${state}`)}
      </p>
      <ul className="circle-reasons">
        {reasons.length === 0 && <li>{t('boardCircle.fine')}</li>}
        {reasons.map(({ reason, number }) => (
          <li key={reason}>{t(`boardCircle.${reason}`, { number })}</li>
        ))}
      </ul>
    </section>
  );
}
