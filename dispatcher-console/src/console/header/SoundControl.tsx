import { useSpeech } from '../i18n';
import { askForAudioCheck, useAudioCheck } from '../state/audio-check';
import { tryOut, useSound } from '../state/sound';
import { useWindow } from '../state/windows';
import { useCommandMarks } from '../ui/CommandButton';

/** Whether the alarm can be heard here; a click checks it. There is no mute. */
export function SoundControl() {
  const { t } = useSpeech();
  const { state, tune } = useSound();
  const unheard = useAudioCheck(({ last }) => last?.heard === false);
  // Of several windows on one PC only one sounds; the others would ring beside the beat.
  const loudest = useWindow((here) => here.loudest);
  const marks = useCommandMarks('soundCheck');
  const well = state === 'ready' && !unheard && tune !== 'deaf';
  if (state === 'ready' && !loudest) return <p className="sound muted">{t('sound.elsewhere')}</p>;
  return (
    <button
      type="button"
      {...marks}
      className={`button quiet sound ${well ? '' : 'bad'}`}
      data-sound={state}
      data-tune={tune ?? ''}
      title={t('sound.checkHint')}
      onClick={() => {
        askForAudioCheck();
        tryOut();
      }}
    >
      <span aria-hidden="true">{well ? '♪' : '✕'}</span>{' '}
      {state === 'ready' ? t(tune === 'deaf' ? 'sound.deaf' : unheard ? 'sound.unheard' : 'sound.on') : t(`sound.${state}`)}
    </button>
  );
}
