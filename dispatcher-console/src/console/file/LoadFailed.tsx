import { useSpeech } from '../i18n';

/** Why a file did not come, and the way to ask again. */
export function LoadFailed({ why, retry }: { why: string; retry: () => void }) {
  const { t } = useSpeech();
  return (
    <p className="empty" role="alert">
      {t('file.failed', { why })}{' '}
      <button type="button" className="button small" onClick={retry}>
        {t('file.retry')}
      </button>
    </p>
  );
}
