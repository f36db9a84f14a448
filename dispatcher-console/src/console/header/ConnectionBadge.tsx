import { useSpeech } from '../i18n';
import { useFeed } from '../state/feed-store';
import { useNow } from '../state/now';

/** Live with the age of what was heard last, or not live. Never nothing. */
export function ConnectionBadge() {
  const { t } = useSpeech();
  useNow(); // once a second
  const { state, lastHeardAt } = useFeed((feed) => feed.status);
  const age = lastHeardAt === null ? 0 : Math.max(0, Math.floor((Date.now() - lastHeardAt) / 1000));
  const text =
    state === 'live' ? t('connection.live', { age }) : state === 'stale' ? t('connection.cut') : t('connection.connecting');
  return (
    <p className={`connection ${state}`}>
      <span className="dot" aria-hidden="true" />
      {text}
    </p>
  );
}
