import type { JSX } from 'preact';

import { ago } from '../../shared/format';
import type { LiveStatus } from '../../shared/live';
import { usePage } from './context';

/** Says, while the feed is down, how old everything below is (invariant 7). */
export function ConnectionBanner({ live, recalledAt }: { live: LiveStatus; recalledAt: number | null }): JSX.Element | null {
  const { t, lang } = usePage();
  if (live.state === 'live') return null;
  const heardAt = live.lastHeardAt ?? recalledAt;
  const age = heardAt === null ? null : ago(Date.now() - heardAt, lang);
  if (live.state !== 'stale' && navigator.onLine) {
    return (
      <p class="banner banner-wait" role="status">
        {t('live.connecting')}
        {age !== null && <span>{t('live.age', { age })}</span>}
      </p>
    );
  }
  return (
    <section class="banner banner-bad" aria-label={t('live.lost')}>
      <strong role="alert">{t('live.lost')}</strong>
      <span>{age === null ? t('live.never') : t('live.age', { age })}</span>
    </section>
  );
}
