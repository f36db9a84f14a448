import { useSpeech } from '../i18n';
import { openDialog } from '../state/desk';
import { Kbd } from '../ui/Kbd';

/** The way to everything by its name, for those who do not know its key yet. */
export function KeysButton() {
  const { t } = useSpeech();
  return (
    <button type="button" className="button small quiet" title={t('palette.hint')} onClick={() => openDialog('palette')}>
      {t('palette.open')}
      <Kbd command="palette" />
    </button>
  );
}
