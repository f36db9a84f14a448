import type { Call } from '../../generated/Call';
import { ago, ticking } from '../../shared/format';
import { useSpeech } from '../i18n';
import { isOwn, isRingingIn, lasts_ms, wantsCallBack } from '../model/calls';
import { useNow } from '../state/now';
import { useSession } from '../state/session';

/** Where a call stands: since when it rings, with whom it runs and how long, how it ended. Nothing ticks that is old. */
export function CallState({ call, former }: { call: Call; former: boolean }) {
  const { t, lang, word } = useSpeech();
  const now = useNow();
  const me = useSession(({ user }) => user);
  const lasts = lasts_ms(call, now);
  const time = lasts === null || (former && call.state !== 'ended') ? '' : ticking(lasts);
  const parts: string[] = [];
  if (call.state === 'ringing') parts.push(isRingingIn(call) ? t('call.ringing', { time }) : t('call.calling', { time }));
  if (call.state === 'answered') parts.push(t('call.talking', { time }));
  if (call.state === 'ended') {
    parts.push(word('callResult', call.result ?? 'completed'));
    if (lasts !== null) parts.push(t('call.spoke', { time }));
    if (call.ended_at !== null) parts.push(t('call.ended', { age: ago(now - Date.parse(call.ended_at), lang) }));
  }
  if (call.by !== null) parts.push(isOwn(call, me) ? t('call.byMe') : t('call.by', { seat: call.by }));
  return (
    <span className={`call-state ${call.state}`}>
      {parts.map((part) => part.trim()).join(' · ')}
      {wantsCallBack(call) && <span className="badge bad">{t('call.callBack')}</span>}
      {call.recording !== null && call.state === 'ended' && <span className="badge">{t('call.recorded')}</span>}
    </span>
  );
}
