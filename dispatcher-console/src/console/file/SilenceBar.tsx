import type { Senior } from '../../generated/Senior';
import type { Silence } from '../../generated/Silence';
import type { Ticket } from '../../generated/Ticket';
import { ticking } from '../../shared/format';
import { useSpeech } from '../i18n';
import { toTry } from '../model/silence';
import { useNow } from '../state/now';
import { useAct } from '../state/use-act';
import { Phone } from '../telephone/Phone';
import { CommandButton } from '../ui/CommandButton';

interface SilenceBarProps {
  ticket: Ticket;
  silence: Silence;
  senior: Senior | null;
}

/** Nobody speaks: what to try now, whom to call for it, and what comes of it. */
export function SilenceBar({ ticket, silence, senior }: SilenceBarProps) {
  const { t, word } = useSpeech();
  const now = useNow();
  const { act, busy } = useAct(ticket.id);
  const path = `/v1/tickets/${ticket.id}`;
  const isLast = silence.step === 'aides';
  return (
    <section className="silence" aria-labelledby="silence-heading">
      <h3 id="silence-heading">
        {t('silence.heading')}
        <time className="muted">{ticking(now - Date.parse(silence.since))}</time>
      </h3>
      <p>
        <strong>{word('silenceStep', silence.step)}</strong>{' '}
        {toTry(silence.step, senior).map((person) => (
          <span key={person.phone + person.name} className="try">
            {person.name} {person.relation !== '' && <span className="muted">{person.relation}</span>}{' '}
            {person.hours !== null && <span className="doubt">{t('file.hours', { hours: person.hours })} </span>}
            <Phone number={person.phone} name={person.name} senior={senior?.id ?? null} ticket={ticket.id} />
          </span>
        ))}
      </p>
      <p className="offer-buttons">
        {!isLast && (
          <CommandButton
            command="noVoice"
            className="button small"
            disabled={busy !== null}
            onClick={() => void act(`${path}/no-voice`, { after: silence.step }, t('silence.stillNothing'))}
          >
            {t('silence.stillNothing')}
          </CommandButton>
        )}
        <CommandButton
          command="heard"
          className="button small primary"
          disabled={busy !== null}
          onClick={() => void act(`${path}/heard`, {}, t('silence.heard'))}
        >
          {t('silence.heard')}
        </CommandButton>
      </p>
    </section>
  );
}
