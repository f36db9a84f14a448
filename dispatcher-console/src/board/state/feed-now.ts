import { useFeed } from '../../console/state/feed-store';
import { useNow } from '../../console/state/now';

/**
 * Returns the moment of which the feed tells: now while it is live, else when it was last heard. An alarm that somebody may
 * have answered since then must not seem to wait longer and longer.
 */
export function useFeedNow(): number {
  const now = useNow();
  const { state, lastHeardAt } = useFeed((feed) => feed.status);
  return state === 'live' || lastHeardAt === null ? now : lastHeardAt;
}
