import { ago } from '../../shared/format';
import { useSpeech } from '../i18n';
import { useNow } from '../state/now';
import { useWhyFailed } from '../state/why-failed';

interface AsOfProps {
  /** When the answer came, by this PC's clock; 0 while none has. */
  dataUpdatedAt: number;
  error: Error | null;
}

/** How old a list is that nobody pushes to us, and why it is not newer. */
export function AsOf({ dataUpdatedAt, error }: AsOfProps) {
  const { t, lang } = useSpeech();
  const whyFailed = useWhyFailed();
  useNow(); // once a second
  return (
    <>
      {error !== null && (
        <p className="fault" role="alert">
          {t('care.failed', { why: whyFailed(error) })}
        </p>
      )}
      {dataUpdatedAt > 0 && (
        <p className={error === null ? 'muted small-print' : 'doubt small-print'}>
          {t('care.asOf', { age: ago(Date.now() - dataUpdatedAt, lang) })}
        </p>
      )}
    </>
  );
}
