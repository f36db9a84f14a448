import type { Call } from '../../generated/Call';
import { useSpeech } from '../i18n';
import { spokenNumber } from '../model/telephone';

/** The number of a call in hand; whoever withheld theirs is marked. */
export function CallNumber({ call }: { call: Call }) {
  const { t } = useSpeech();
  const number = call.number === null ? (call.withheld ? null : t('call.noNumber')) : spokenNumber(call.number);
  return (
    <>
      {number !== null && <strong className="call-number">{number}</strong>}
      {call.withheld && <span className="badge flag">{t('call.withheld')}</span>}
    </>
  );
}
