import { useSpeech } from '../i18n';

/** Asks whether what is not saved shall be given up. */
export function Leave({ onLeave, onStay }: { onLeave: () => void; onStay: () => void }) {
  const { t } = useSpeech();
  return (
    <p className="leave" role="alert">
      <strong>{t('registry.leave')}</strong>
      <button type="button" className="button small primary" autoFocus onClick={onStay}>
        {t('registry.stay')}
      </button>
      <button type="button" className="button small warn" onClick={onLeave}>
        {t('registry.leaveReally')}
      </button>
    </p>
  );
}
