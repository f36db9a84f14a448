import { useSpeech } from '../i18n';
import { spokenNumber } from '../model/telephone';
import { type Callee, useCanDial, useDial } from './use-telephone';

interface PhoneProps extends Callee {
  /** Whose number it is, for those who hear the button and do not see where it stands. */
  name: string;
}

/** A telephone number as it is read out, with a button to call it where the page can dial. */
export function Phone({ number, name, senior, ticket }: PhoneProps) {
  if (number === '') return null;
  return (
    <span className="phone">
      ☎ {spokenNumber(number)}
      <DialButton number={number} name={name} senior={senior} ticket={ticket} />
    </span>
  );
}

export function DialButton({ number, name, senior, ticket }: PhoneProps) {
  const { t } = useSpeech();
  const { busy, dial } = useDial();
  if (!useCanDial()) return null;
  return (
    <button
      type="button"
      className="button small dial"
      data-command="dial"
      disabled={busy}
      aria-label={t('call.dialTo', { name, number: spokenNumber(number) })}
      onClick={() => void dial({ number, senior, ticket })}
    >
      {t('call.dial')}
    </button>
  );
}
