import { useEffect, useRef, useState } from 'react';

import { useSpeech } from '../i18n';
import { isRingingIn } from '../model/calls';
import { isRinging } from '../model/queue';
import { notToldOf } from '../model/unrecorded';
import { useFeed } from '../state/feed-store';
import { ALARM, AlarmSound, type SoundState, TELEPHONE } from './alarm-sound';

const sound = new AlarmSound(ALARM);
const telephone = new AlarmSound(TELEPHONE);

/** Sounds while an alarm waits; there is no mute. When the browser blocks it, says so and how to help. */
export function SoundControl() {
  const { t } = useSpeech();
  const [state, setState] = useState<SoundState>('blocked');
  const ringing = useFeed((feed) => [...feed.tickets.values()].some(isRinging));
  // An alarm drowns the telephone, which rings on the desk as well; what is old does not ring.
  const called = useFeed(({ calls }) => !calls.former && calls.list.some(isRingingIn)) && !ringing;
  const unrecorded = useFeed((feed) => feed.unrecorded.alarms);
  const rung = useRef(new Set<string>());

  useEffect(() => {
    const unlock = (): void => {
      void sound.unlock().then(setState);
      void telephone.unlock();
    };
    unlock();
    document.addEventListener('pointerdown', unlock);
    document.addEventListener('keydown', unlock);
    const timer = setInterval(() => setState(sound.state()), 5_000); // a browser may suspend it again
    return () => {
      document.removeEventListener('pointerdown', unlock);
      document.removeEventListener('keydown', unlock);
      clearInterval(timer);
    };
  }, []);

  useEffect(() => {
    if (!ringing) return undefined;
    sound.start();
    return () => sound.stop();
  }, [ringing]);

  useEffect(() => {
    if (!called) return undefined;
    telephone.start();
    return () => telephone.stop();
  }, [called]);

  useEffect(() => {
    // Once for each alarm; while the sound is blocked it is owed, and rings with the first touch.
    if (state === 'ready' && notToldOf(unrecorded, rung.current).length > 0) sound.once();
  }, [unrecorded, state]);

  if (state === 'ready') return <p className="sound muted">♪ {t('sound.on')}</p>;
  if (state === 'none') return <p className="sound bad">{t('sound.none')}</p>;
  return (
    <button type="button" className="button warn" title={t('sound.blocked')}>
      {t('sound.enable')}
    </button>
  );
}
