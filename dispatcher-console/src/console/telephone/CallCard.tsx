import type { Call } from '../../generated/Call';
import type { CallSenior } from '../../generated/CallSenior';
import { useSpeech } from '../i18n';
import { callersOf, isRingingIn, type Kept, presumedSenior, wantsCallBack } from '../model/calls';
import { keepCall, putCallAway } from '../state/calls';
import { askForCaller, openSeniorFile, useDesk } from '../state/desk';
import { CallNumber } from './CallNumber';
import { CallState } from './CallState';
import { DialButton } from './Phone';
import { SummaryForm } from './SummaryForm';

interface CallCardProps {
  call: Call;
  former: boolean;
  lost?: boolean;
  kept?: Kept | undefined;
}

/** A call in full: the number, whose it may be, how it stands, and its summary. */
export function CallCard({ call, former, lost = false, kept }: CallCardProps) {
  const { t, word } = useSpeech();
  const openSenior = useDesk((desk) => desk.openSenior);
  const ringing = isRingingIn(call);
  const callers = callersOf(call, kept?.found ?? null);
  const senior = kept?.senior ?? presumedSenior(call, openSenior);
  return (
    <article className="call-card" data-ringing={ringing && !former}>
      <header>
        <span className="kind">☎ {word('direction', call.direction)}</span>
        <CallNumber call={call} />
        {wantsCallBack(call) && call.number !== null && (
          <DialButton number={call.number} name={call.seniors[0]?.name ?? ''} senior={senior} ticket={call.ticket ?? undefined} />
        )}
        <span className="grow" />
        {!ringing && (
          <button type="button" className="button small quiet" onClick={() => putCallAway(call)}>
            {t('call.putAway')}
          </button>
        )}
      </header>
      <p>
        {lost ? <span className="doubt">{t('call.lost')}</span> : <CallState call={call} former={former} />}
      </p>
      <Callers call={call} callers={callers} openSenior={openSenior} />
      {(lost || call.state !== 'ringing') && (
        <SummaryForm call={call} callers={callers} over={lost || call.state === 'ended'} senior={senior} draft={kept?.draft ?? ''} />
      )}
    </article>
  );
}

/** Whose number it may be. Choosing somebody opens the file and takes the call in hand here. */
function Callers({ call, callers, openSenior }: { call: Call; callers: CallSenior[]; openSenior: string | null }) {
  const { t } = useSpeech();
  const choose = ({ id }: CallSenior): void => {
    keepCall(call, { senior: id });
    openSeniorFile(id);
  };
  const search = call.seniors.length === 0 && (
    <button type="button" className="button small" onClick={() => askForCaller(call.id)}>
      {t('call.search')}
    </button>
  );
  if (callers.length === 0) {
    return (
      <p className="call-strange">
        {t('call.stranger')} {search}
      </p>
    );
  }
  return (
    <ul className="callers" aria-label={t('call.whoIs')}>
      {callers.map((senior) => (
        <li key={senior.id}>
          <span>
            <strong>{senior.name}</strong> {senior.age !== null && <span>{t('queue.age', { age: senior.age })} </span>}
            {senior.village}{' '}
            <span className="muted">
              <WhoseNumber relation={senior.relation} />
            </span>
          </span>
          <span className="caller-buttons">
            {search}
            <button type="button" className="button small" aria-pressed={openSenior === senior.id} onClick={() => choose(senior)}>
              {t('call.openFile')}
            </button>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Whose number it is; empty where a person found the senior and the number told nothing. */
function WhoseNumber({ relation }: Pick<CallSenior, 'relation'>) {
  const { t } = useSpeech();
  if (relation === null) return t('call.self');
  return relation === '' ? t('call.found') : t('call.relation', { relation });
}
