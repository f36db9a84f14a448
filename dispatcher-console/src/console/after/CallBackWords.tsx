import type { CallBack } from '../../generated/CallBack';
import { useSpeech } from '../i18n';
import { isOverdue } from '../model/after';
import { useNow } from '../state/now';
import { useTimes } from '../state/use-district';

/** Which call, until when, and how often nobody answered. */
export function CallBackWords({ callBack }: { callBack: CallBack }) {
  const { t, word } = useSpeech();
  const { dayAndTime } = useTimes();
  const overdue = isOverdue(callBack, useNow());
  return (
    <span className="call-back-words" data-overdue={overdue}>
      <span>{word('callBackWhich', callBack.call)}</span>
      <span className={overdue ? 'late' : 'muted'}>
        {t(overdue ? 'callBack.overdue' : 'callBack.by', { time: dayAndTime(callBack.by) })}
      </span>
      {callBack.tried > 0 && (
        <span className="muted" title={callBack.tried_at === null ? undefined : dayAndTime(callBack.tried_at)}>
          {t('callBack.triedOf', { number: callBack.tried, attempts: callBack.attempts })}
        </span>
      )}
    </span>
  );
}
