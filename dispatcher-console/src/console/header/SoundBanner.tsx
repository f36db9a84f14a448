import { useSpeech } from '../i18n';
import { isRinging } from '../model/queue';
import { useFeed } from '../state/feed-store';
import { useSession } from '../state/session';
import { tryOut, useSound } from '../state/sound';

/** Says across the page that nobody would hear an alarm here, and what to do. */
export function SoundBanner() {
  const { t } = useSpeech();
  const state = useSound((sound) => sound.state);
  const waiting = useFeed((feed) => [...feed.tickets.values()].filter(isRinging).length);
  const loggedIn = useSession((session) => session.stage === 'in');
  if (state === 'ready' || !loggedIn) return null;
  return (
    <div className="banner bad sound-banner" role="alert">
      <p>
        {t(`sound.banner.${state}`)} {waiting > 0 && t('sound.bannerWaiting', { number: waiting })}
      </p>
      {state === 'blocked' && (
        <button type="button" className="button small" onClick={tryOut}>
          {t('sound.enable')}
        </button>
      )}
    </div>
  );
}
