import type { Death } from '../../generated/Death';
import { useSpeech } from '../i18n';
import { deathStep } from '../model/after';
import { openDialog } from '../state/desk';
import { useTimes } from '../state/use-district';
import { CommandButton } from '../ui/CommandButton';

interface DeathLineProps {
  death: Death;
  /** Who looks at it: nobody signs what they were told themselves. */
  me: string | undefined;
  archived: boolean;
}

/** What was told of a death, whether a second person has signed, and what follows. */
export function DeathLine({ death, me, archived }: DeathLineProps) {
  const { t, word } = useSpeech();
  const { dayAndTime } = useTimes();
  const step = deathStep(death, me);
  const by = word('target', death.confirmed_by);
  return (
    <div className="death" data-death={step}>
      <p>
        <strong>{t('death.confirmed', { by })}</strong>
        {` · ${death.reference} · ${t('death.statedAt', { time: dayAndTime(death.stated_at) })}`}
      </p>
      {death.signed_at === null ? (
        <p className="death-sign">
          <span>
            <strong>{t('death.waits')}</strong> {step === 'waits' && t('death.notYourself')}
          </span>
          {!archived && step === 'waits' && (
            <button type="button" className="button small" onClick={() => openDialog('death')}>
              {t('death.correct')}
            </button>
          )}
          {!archived && step === 'sign' && (
            <CommandButton command="signDeath" className="button small" onClick={() => openDialog('signDeath')}>
              {t('death.sign')}
            </CommandButton>
          )}
        </p>
      ) : (
        <p>{t('death.signed', { time: dayAndTime(death.signed_at) })}</p>
      )}
    </div>
  );
}
