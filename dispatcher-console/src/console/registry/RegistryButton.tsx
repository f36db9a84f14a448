import { useSpeech } from '../i18n';
import { closeDialog, openDialog, useDesk } from '../state/desk';
import { useRegistryDesk } from '../state/registry';
import { useCommandMarks } from '../ui/CommandButton';
import { Kbd } from '../ui/Kbd';

/** Opens the registry (档案); a dot says that something in it is not saved. */
export function RegistryButton() {
  const { t } = useSpeech();
  const marks = useCommandMarks('registry');
  const open = useDesk((desk) => desk.dialog === 'registry');
  const unsaved = useRegistryDesk((desk) => desk.unsaved.size > 0);
  return (
    <button
      type="button"
      {...marks}
      className={`button small ${unsaved && !open ? 'warn' : 'quiet'}`}
      aria-expanded={open}
      title={t(unsaved && !open ? 'header.registryUnsaved' : 'header.registryHint')}
      onClick={() => (open ? closeDialog() : openDialog('registry'))}
    >
      {t('header.registry')} <Kbd command="registry" />
      {unsaved && !open && (
        <>
          <span aria-hidden="true"> ●</span>
          <span className="for-ears"> {t('header.registryUnsaved')}</span>
        </>
      )}
    </button>
  );
}
