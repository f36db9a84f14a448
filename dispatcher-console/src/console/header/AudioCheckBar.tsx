import { useEffect, useState } from 'react';

import { useSpeech } from '../i18n';
import { beginAudioCheck, endAudioCheck, useAudioCheck } from '../state/audio-check';
import { useSession } from '../state/session';
import { tryOut, useSound } from '../state/sound';
import { isAlarm } from './alarm-sound';

/**
 * The audio check (声音检查) at the start of a shift: a bar and not a dialog, so that it covers and
 * delays nothing. Whether a loudspeaker is turned down no browser knows: only ears do.
 */
export function AudioCheckBar() {
  const { t } = useSpeech();
  const user = useSession((session) => session.user?.id);
  const open = useAudioCheck((check) => check.open);
  const tune = useSound((sound) => sound.tune);
  const [played, setPlayed] = useState(false);
  const [silent, setSilent] = useState(false);

  useEffect(() => {
    if (user !== undefined) beginAudioCheck(user);
  }, [user]);
  useEffect(() => {
    setPlayed(false);
    setSilent(false);
  }, [open]);

  if (!open) return null;
  const alarm = isAlarm(tune);
  const play = (): void => {
    tryOut();
    setPlayed(true);
    setSilent(false);
  };
  return (
    <section className="banner audio-check" aria-label={t('audioCheck.heading')}>
      <p role="status">
        <strong>{t('audioCheck.heading')}</strong>{' '}
        {silent ? t('audioCheck.help') : alarm ? t('audioCheck.alarm') : t(played ? 'audioCheck.ask' : 'audioCheck.why')}
      </p>
      <p className="buttons">
        {!alarm && (
          <button type="button" className={`button small ${played ? '' : 'primary'}`} onClick={play}>
            {t(played ? 'audioCheck.playAgain' : 'audioCheck.play')}
          </button>
        )}
        {(played || alarm) && (
          <>
            <button type="button" className="button small primary" onClick={() => endAudioCheck(true)}>
              {t('audioCheck.heard')}
            </button>
            <button
              type="button"
              className="button small"
              onClick={() => (silent ? endAudioCheck(false) : setSilent(true))}
            >
              {t(silent ? 'audioCheck.stillSilent' : 'audioCheck.notHeard')}
            </button>
          </>
        )}
      </p>
    </section>
  );
}
