import { useSpeech } from '../i18n';
import { isOverdue } from '../model/after';
import { useNow } from '../state/now';
import { useCallBacks } from './use-call-backs';

/** How many have to be called back, and whether some should have been. */
export function CallBackCount() {
  const { t } = useSpeech();
  const now = useNow();
  const { due, query } = useCallBacks();
  if (due.length === 0) return null;
  const late = due.filter(({ call_back }) => call_back !== null && isOverdue(call_back, now)).length;
  const number = query.hasNextPage ? `${due.length}+` : String(due.length);
  const label = late === 0 ? t('callBack.count', { number }) : t('callBack.countLate', { number, late });
  return (
    <span className="count" data-late={late > 0} title={label}>
      <span aria-hidden="true">{number}</span>
      <span className="for-ears">{label}</span>
    </span>
  );
}
