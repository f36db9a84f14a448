import { useSpeech } from '../i18n';
import { useTimes } from '../state/use-district';
import { useDisconnectedSince } from './use-telephone';

/** Says that the exchange is not connected (电话已断开): calls ring, and none is shown here. */
export function TelephoneBadge() {
  const { t } = useSpeech();
  const { timeOfDay } = useTimes();
  const since = useDisconnectedSince();
  if (since === null) return null;
  return (
    <p className="connection stale" role="alert">
      {t('connection.telephone', { time: timeOfDay(since) })}
    </p>
  );
}
