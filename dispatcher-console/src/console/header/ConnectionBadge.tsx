import { ticking } from '../../shared/format';
import { useSpeech } from '../i18n';
import { useFeed } from '../state/feed-store';
import { useNow } from '../state/now';

/** Live or not, and in either case how old the data is. Never nothing. */
export function ConnectionBadge() {
  const { t } = useSpeech();
  const now = useNow();
  const { state, lastHeardAt } = useFeed((feed) => feed.status);
  const age = lastHeardAt === null ? 0 : Math.max(0, Math.floor((now - lastHeardAt) / 1000));
  return (
    <p className={`connection ${state}`}>
      <span className="dot" aria-hidden="true" />
      {lastHeardAt === null
        ? t('connection.connecting')
        : state === 'live'
          ? t('connection.live', { age })
          : t('connection.cutFor', { age: ticking(age * 1000) })}
    </p>
  );
}
