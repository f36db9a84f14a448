import type { JSX } from 'preact';

import type { State } from '../model/state';
import { usePage } from './context';

/** What was tapped and has no answer yet, or was refused: nobody takes it for received. */
export function SendingLine({ state: { pending, refused } }: { state: State }): JSX.Element {
  const { t } = usePage();
  return (
    <>
      {/* There from the start: what appears together with its words is not read by every reader. */}
      <p class="waiting" role="status">
        {pending !== null && (
          <>
            <strong>{t('pending.step', { step: t(`step.${pending}`) })}</strong>
            <span class="waiting-kept">{t('pending.help')}</span>
          </>
        )}
      </p>
      {refused !== null && (
        <p class="card card-bad" role="alert">
          {t('refused.step', { step: t(`step.${refused}`) })}
        </p>
      )}
    </>
  );
}
