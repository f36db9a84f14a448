import { Dialog } from 'radix-ui';
import type { ReactNode } from 'react';

import { useSpeech } from '../i18n';
import { closeDialog } from '../state/desk';

interface SheetProps {
  title: string;
  hint?: string;
  children: ReactNode;
}

/** A dialog over the console; Escape and the cross close it, a stray click beside it does not. */
export function Sheet({ title, hint, children }: SheetProps) {
  const { t } = useSpeech();
  return (
    <Dialog.Root open onOpenChange={(open) => !open && closeDialog()}>
      <Dialog.Portal>
        <Dialog.Overlay className="dialog-overlay" />
        <Dialog.Content
          className="dialog"
          onInteractOutside={(event) => event.preventDefault()}
          {...(hint === undefined ? { 'aria-describedby': undefined } : {})}
        >
          <div className="dialog-head">
            <Dialog.Title>{title}</Dialog.Title>
            <Dialog.Close className="button quiet" aria-label={t('dialog.closeWindow')}>
              ✕
            </Dialog.Close>
          </div>
          {hint !== undefined && <Dialog.Description className="muted">{hint}</Dialog.Description>}
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** The buttons at the foot of a dialog's form. */
export function SheetButtons({ submit, busy, disabled = false }: { submit: string; busy: boolean; disabled?: boolean }) {
  const { t } = useSpeech();
  return (
    <div className="dialog-buttons">
      <button type="button" className="button" onClick={closeDialog}>
        {t('act.cancel')}
      </button>
      <button type="submit" className="button primary" disabled={busy || disabled}>
        {busy ? t('act.working') : submit}
      </button>
    </div>
  );
}
