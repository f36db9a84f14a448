import type { JSX } from 'preact';

import { ago } from '../../shared/format';
import type { LiveStatus } from '../../shared/live';
import { usePage } from './context';

/** Says, while the feed is down, how old everything below is (invariant 7). */
export function ConnectionBanner({ live }: { live: LiveStatus }): JSX.Element | null {
  const { t, lang } = usePage();
  if (live.state === 'live') return null;
  if (live.state !== 'stale') {
    return (
      <p class="banner banner-wait" role="status">
        {t('live.connecting')}
      </p>
    );
  }
  const age = live.lastHeardAt === null ? null : ago(Date.now() - live.lastHeardAt, lang);
  return (
    <section class="banner banner-bad" aria-label={t('live.lost')}>
      <strong role="alert">{t('live.lost')}</strong>
      <span>{age === null ? t('live.never') : t('live.age', { age })}</span>
    </section>
  );
}
