import { useSpeech } from '../i18n';
import { useFeed } from '../state/feed-store';
import { useSession } from '../state/session';
import { Later, later } from '../ui/Later';
import { hasWebGl } from './graphics';
import { NoMap } from './NoMap';

// A megabyte that no alarm needs to wait for: it comes after the queue.
const MAP = later(async () => (await import('./DistrictMap')).default);

/** The right part: the map, or words where there can be none. */
export function MapPanel() {
  const { t } = useSpeech();
  const known = useFeed((feed) => feed.known);
  const district = useSession((session) => session.user?.districts[0]);
  return (
    <section className="panel map-panel" aria-label={t('map.heading')}>
      {!hasWebGl() ? (
        <NoMap />
      ) : !known || district === undefined ? (
        <p className="empty">{t('map.loading')}</p>
      ) : (
        <Later part={MAP} waiting={<p className="empty">{t('map.loading')}</p>} words={t('map.failed')} />
      )}
    </section>
  );
}
