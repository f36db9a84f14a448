import type { JSX } from 'preact';

import type { Offer } from '../../generated/Offer';
import { countdownOf } from '../model/countdown';
import { usePage } from './context';

const RADIUS = 46;
const ROUND = 2 * Math.PI * RADIUS;

/** The time left to accept, as a number and as a ring that empties. */
export function CountdownRing({ offer, now }: { offer: Offer; now: number }): JSX.Element {
  const { t } = usePage();
  const left = countdownOf(offer, now);
  return (
    <div class={`countdown${left.hurry ? ' countdown-hurry' : ''}`}>
      <div class="countdown-ring" role="timer" aria-label={t('offer.left')}>
        <svg viewBox="0 0 100 100" aria-hidden="true" focusable="false">
          <circle class="countdown-track" cx="50" cy="50" r={RADIUS} />
          <circle
            class="countdown-rest"
            cx="50"
            cy="50"
            r={RADIUS}
            stroke-dasharray={`${left.share * ROUND} ${ROUND}`}
          />
        </svg>
        <span>{t('offer.seconds', { n: left.left_s })}</span>
      </div>
      <p>{t(left.over ? 'offer.over' : 'offer.left')}</p>
    </div>
  );
}
