import { duration } from '../../shared/format';
import { useSpeech } from '../i18n';
import { clock, MOST_DISTRICTS } from '../services';
import { useFeed } from '../state/feed-store';
import { useNow } from '../state/now';
import { useSession } from '../state/session';
import { useTimes } from '../state/use-district';

const CLOCK_WRONG_MS = 30_000;
/** A connection usually comes within this; a banner before it would only flicker. */
const PATIENCE_MS = 4_000;
const startedAt = performance.now();

/** Says across the page that what is shown is old, or that the PC's clock is wrong. */
export function StaleBanner() {
  const { t, lang } = useSpeech();
  const { timeOfDay } = useTimes();
  useNow(); // once a second
  const { state, lastHeardAt } = useFeed((feed) => feed.status);
  const ahead_ms = clock.pcAhead_ms();
  const districts = useSession((session) => session.user?.districts.length ?? 0);

  if (state === 'stale' && lastHeardAt !== null) {
    return (
      <p className="banner bad" role="alert">
        {t('connection.banner', { time: timeOfDay(lastHeardAt) })}
      </p>
    );
  }
  if (state !== 'live' && performance.now() - startedAt > PATIENCE_MS) {
    return (
      <p className="banner bad" role="alert">
        {t('connection.bannerNever')}
      </p>
    );
  }
  if (districts > MOST_DISTRICTS) {
    return (
      <p className="banner bad" role="alert">
        {t('connection.tooMany', { number: districts, most: MOST_DISTRICTS })}
      </p>
    );
  }
  if (ahead_ms !== null && Math.abs(ahead_ms) > CLOCK_WRONG_MS) {
    return <p className="banner">{t('connection.clock', { gap: duration(Math.abs(ahead_ms), lang) })}</p>;
  }
  return null;
}
