import type { JSX } from 'preact';

import { usePage } from './context';
import { BigButton } from './parts';

const REASONS = ['too_far', 'busy', 'unwell', 'other'] as const;

/** One tap says no and why; the centre reads the reason in the responder's own language. */
export function DeclineReasons({ busy, onBack }: { busy: boolean; onBack: () => void }): JSX.Element {
  const { link, t } = usePage();
  return (
    <section class="reasons" aria-label={t('decline.title')}>
      <h2>{t('decline.title')}</h2>
      <div class="pair">
        {REASONS.map((reason) => (
          <BigButton key={reason} look="calm" disabled={busy} onTap={() => void link.take('decline', t(`decline.${reason}`))}>
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
