import type { Call } from '../../generated/Call';
import { ago, ticking } from '../../shared/format';
import { useSpeech } from '../i18n';
import { isOwn, lasts_ms, listedNumber, wantsCallBack } from '../model/calls';
import { spokenNumber } from '../model/telephone';
import { useNow } from '../state/now';
import { useSession } from '../state/session';
import { useTimes } from '../state/use-district';

/** A senior's last calls: when, which way, with what result, and what was said. */
export function CallHistory({ calls }: { calls: readonly Call[] }) {
  const { t } = useSpeech();
  return (
    <section className="call-history" aria-labelledby="call-history-heading">
      <h3 id="call-history-heading">{t('call.history')}</h3>
      {calls.length === 0 && <p className="muted">{t('call.noHistory')}</p>}
      <ol>
        {calls.map((call) => (
          <PastCall key={call.id} call={call} />
        ))}
      </ol>
    </section>
  );
}

function PastCall({ call }: { call: Call }) {
  const { t, lang, word } = useSpeech();
  const { dayAndTime } = useTimes();
  const now = useNow();
  const me = useSession(({ user }) => user);
  const number = listedNumber(call);
  const lasts = lasts_ms(call, now);
  const caller = call.seniors.find(({ relation }) => relation !== null)?.relation;
  return (
    <li>
      <p className="row-line">
        <time dateTime={call.ringing_at} title={dayAndTime(call.ringing_at)} className="muted">
          {ago(now - Date.parse(call.ringing_at), lang)}
        </time>
        <span>{word('direction', call.direction)}</span>
        <strong>
          {number === null ? t(call.withheld ? 'call.withheld' : 'call.noNumber') : spokenNumber(number)}
        </strong>
        {caller !== undefined && <span className="muted">{caller}</span>}
        <span className={wantsCallBack(call) ? 'doubt' : undefined}>
          {call.state === 'ended' ? word('callResult', call.result ?? 'completed') : word('handling', 'answered')}
        </span>
        {call.state === 'ended' && lasts !== null && <span className="muted">{t('call.spoke', { time: ticking(lasts) })}</span>}
        {call.by !== null && (
          <span className="muted">{isOwn(call, me) ? t('call.byMe') : t('call.by', { seat: call.by })}</span>
        )}
      </p>
      <p className={call.summary === null ? 'muted' : 'call-summary'}>{call.summary ?? t('call.noSummary')}</p>
    </li>
  );
}
