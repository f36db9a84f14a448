import { Dialog } from 'radix-ui';
import type { KeyboardEvent, ReactNode } from 'react';

import { useSpeech } from '../i18n';
import { isComposing } from '../model/stroke';
import { closeDialog } from '../state/desk';
import { useFocusReturn } from './focus-return';
import { KeyCap } from './Kbd';

interface SheetProps {
  title: string;
  hint?: string;
  /** For tables. */
  wide?: boolean;
  children: ReactNode;
}

/** A dialog over the console; Escape and the cross close it, a stray click beside it does not. */
export function Sheet({ title, hint, wide = false, children }: SheetProps) {
  const { t } = useSpeech();
  const giveFocusBack = useFocusReturn();
  return (
    <Dialog.Root open onOpenChange={(open) => !open && closeDialog()}>
      <Dialog.Portal>
        <Dialog.Overlay className="dialog-overlay" />
        <Dialog.Content
          className={wide ? 'dialog wide' : 'dialog'}
          onInteractOutside={(event) => event.preventDefault()}
          onCloseAutoFocus={giveFocusBack}
          onKeyDown={submitWithCtrlEnter}
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

/** Enter makes a new line where much is written; with Ctrl it sends the form, from any field, and from what
    stands beside the form when there is but the one. */
function submitWithCtrlEnter(event: KeyboardEvent): void {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || isComposing(event.nativeEvent)) return;
  const forms = event.currentTarget.querySelectorAll('form');
  const form = (event.target instanceof Element ? event.target.closest('form') : null) ?? (forms.length === 1 ? forms[0] : null);
  if (form === null || form === undefined) return;
  event.preventDefault();
  const submit = form.querySelector<HTMLButtonElement>('button[type="submit"]');
  if (submit !== null && !submit.disabled) form.requestSubmit(submit);
}

interface SheetButtonsProps {
  submit: string;
  busy: boolean;
  disabled?: boolean;
  /** Where nothing is to be written, Enter is enough. */
  focused?: boolean;
}

/** The buttons at the foot of a dialog's form. */
export function SheetButtons({ submit, busy, disabled = false, focused = false }: SheetButtonsProps) {
  const { t } = useSpeech();
  return (
    <div className="dialog-buttons">
      <button type="button" className="button" onClick={closeDialog}>
        {t('act.cancel')}
      </button>
      <button type="submit" className="button primary" autoFocus={focused} disabled={busy || disabled}>
        {busy ? t('act.working') : submit}
        <KeyCap stroke="Ctrl+Enter" />
      </button>
    </div>
  );
}
