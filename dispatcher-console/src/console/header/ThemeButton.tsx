import { useSpeech } from '../i18n';
import { chooseTheme, useTheme } from '../state/theme';
import { useCommandMarks } from '../ui/CommandButton';

const MOON = 'M13.5 10.2A6 6 0 0 1 5.8 2.5 6 6 0 1 0 13.5 10.2z';

/** Night or day with one click, when the lights of the room change. */
export function ThemeButton() {
  const { t } = useSpeech();
  const night = useTheme() === 'night';
  const marks = useCommandMarks('theme');
  return (
    <button
      type="button"
      {...marks}
      className="button small quiet theme-button"
      aria-pressed={night}
      aria-label={t('theme.night')}
      title={t('theme.night')}
      onClick={() => chooseTheme(night ? 'light' : 'night')}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={MOON} fill={night ? 'currentColor' : 'none'} stroke="currentColor" strokeWidth="1.4" />
      </svg>
    </button>
  );
}
