import type { JSX } from 'preact';

import { usePage } from './context';
import { BigButton } from './parts';

const REASONS = ['too_far', 'busy', 'unwell', 'other'] as const;

interface DeclineProps {
  offer: string;
  onBack: () => void;
}

/** One tap says no and why; the centre reads the reason in the aide's own language. */
export function DeclineReasons({ offer, onBack }: DeclineProps): JSX.Element {
  const { aide, t } = usePage();
  return (
    <section class="reasons" aria-label={t('decline.title')}>
      <h2>{t('decline.title')}</h2>
      <div class="pair">
        {REASONS.map((reason) => (
          <BigButton
            key={reason}
            look="calm"
            onTap={() => aide.take(offer, 'decline', { reason: t(`decline.${reason}`) })}
          >
            {t(`decline.${reason}`)}
          </BigButton>
        ))}
      </div>
      <BigButton look="quiet" onTap={onBack}>
        {t('decline.back')}
      </BigButton>
    </section>
  );
}
