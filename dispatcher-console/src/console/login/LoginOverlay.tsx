import { Dialog } from 'radix-ui';

import { useSpeech } from '../i18n';
import { lastUsername } from '../services';
import { useSession } from '../state/session';
import { useFocusReturn } from '../ui/focus-return';
import { LoginForm } from './LoginForm';

/** Covers the console when the session has ended. It cannot be closed, and nothing beneath is lost. */
export function LoginOverlay() {
  const { t } = useSpeech();
  const name = useSession((session) => session.user?.name ?? '');
  const giveFocusBack = useFocusReturn();
  return (
    <Dialog.Root open>
      <Dialog.Portal>
        <Dialog.Overlay className="dialog-overlay strong" />
        <Dialog.Content
          className="dialog narrow top"
          onEscapeKeyDown={(event) => event.preventDefault()}
          onInteractOutside={(event) => event.preventDefault()}
          onCloseAutoFocus={giveFocusBack}
        >
          <Dialog.Title>{t('login.again')}</Dialog.Title>
          <Dialog.Description className="muted">
            {t('login.againHint')} {name}
          </Dialog.Description>
          <LoginForm username={lastUsername} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
