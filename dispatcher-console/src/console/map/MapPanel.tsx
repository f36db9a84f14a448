import { Component, lazy, type ReactNode, Suspense } from 'react';

import { useSpeech } from '../i18n';
import { useFeed } from '../state/feed-store';
import { useSession } from '../state/session';
import { hasWebGl } from './graphics';

// A megabyte that no alarm needs to wait for: it comes after the queue.
const DistrictMap = lazy(() => import('./DistrictMap'));

/** The right part: the map, or words where there can be none. */
export function MapPanel() {
  const { t } = useSpeech();
  const known = useFeed((feed) => feed.known);
  const district = useSession((session) => session.user?.districts[0]);
  return (
    <section className="panel map-panel" aria-label={t('map.heading')}>
      {!hasWebGl() ? (
        <p className="empty">{t('map.unavailable')}</p>
      ) : !known || district === undefined ? (
        <p className="empty">{t('map.loading')}</p>
      ) : (
        <MapBoundary fallback={<p className="empty">{t('map.failed')}</p>}>
          <Suspense fallback={<p className="empty">{t('map.loading')}</p>}>
            <DistrictMap district={district} />
          </Suspense>
        </MapBoundary>
      )}
    </section>
  );
}

/** Whatever breaks in the map stays in the map. */
class MapBoundary extends Component<{ fallback: ReactNode; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? this.props.fallback : this.props.children;
  }
}
