import type { Senior } from '../../generated/Senior';
import { SeniorSearch } from '../dialogs/SeniorSearch';
import { useSpeech } from '../i18n';
import { keepCall, useCalls } from '../state/calls';
import { closeDialog, openSeniorFile, useDesk } from '../state/desk';
import { useFeed } from '../state/feed-store';
import { Sheet } from '../ui/Sheet';

/** Finds who calls from a number that is in no file. */
export function CallerDialog() {
  const { t } = useSpeech();
  const callerOf = useDesk((desk) => desk.callerOf);
  const told = useFeed((feed) => feed.calls.list.find(({ id }) => id === callerOf));
  const kept = useCalls(({ kept: all }) => all.get(callerOf ?? ''));

  function pick({ id, name, age, village, phone }: Senior): void {
    const call = told ?? kept?.call;
    const relation = phone === call?.number ? null : '';
    if (call !== undefined) keepCall(call, { senior: id, found: { id, name, age, village, relation } });
    closeDialog();
    openSeniorFile(id);
  }

  return (
    <Sheet title={t('call.callerTitle')} hint={t('call.callerHint')}>
      <SeniorSearch onPick={pick} busy={false} />
    </Sheet>
  );
}
