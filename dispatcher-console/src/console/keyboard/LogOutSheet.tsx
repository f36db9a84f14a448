import { useSpeech } from '../i18n';
import { logOut } from '../services';
import { Sheet, SheetButtons } from '../ui/Sheet';

/** A key alone ends nobody's shift: it is asked once more. */
export function LogOutSheet() {
  const { t } = useSpeech();
  return (
    <Sheet title={t('header.logout')} hint={t('keyboard.logOutHint')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void logOut();
        }}
      >
        <SheetButtons submit={t('header.logout')} busy={false} focused />
      </form>
    </Sheet>
  );
}
