import type { Call } from '../../generated/Call';
import { listed } from '../../shared/format';
import { useSpeech } from '../i18n';
import { listedNumber } from '../model/calls';
import { spokenNumber } from '../model/telephone';
import { keepCall } from '../state/calls';
import { CallState } from './CallState';

/** A colleague's call in one line; a click shows it in full, to write its summary for instance. */
export function CallLine({ call, former }: { call: Call; former: boolean }) {
  const { t, lang, word } = useSpeech();
  const number = listedNumber(call);
  const names = listed(call.seniors.map(({ name }) => name), lang);
  const shown = number === null ? t(call.withheld ? 'call.withheld' : 'call.noNumber') : spokenNumber(number);
  return (
    <button type="button" className="call-line" title={t('call.take')} onClick={() => keepCall(call)}>
      <span className="muted">{word('direction', call.direction)}</span> <strong>{names === '' ? shown : names}</strong>
      <CallState call={call} former={former} />
    </button>
  );
}
