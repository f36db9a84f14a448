import type { JSX } from 'preact';

import { heldFor, heldOf } from '../model/outbox';
import type { OutboxState } from '../model/state';
import { usePage } from './context';
import { BigButton } from './parts';

/** What was tapped and has not reached the centre yet, and how many: nobody takes it for received. */
export function WaitingLine({ outbox, now }: { outbox: OutboxState; now: number }): JSX.Element {
  const { aide, t, lang } = usePage();
  const { waiting, keptIn, full } = outbox;
  const steps = waiting.map(({ step }) => t(`step.${step}`)).join(lang === 'zh' ? '、' : ', ');
  const held = heldOf(waiting, now);
  return (
    <>
      {/* There from the start: what appears together with its words is not read by every reader. */}
      <p class="waiting" role="status" data-waiting={waiting.length}>
        {waiting.length > 0 && (
          <>
            <strong>{t('waiting.title', { n: waiting.length })}</strong>
            <span>{steps}</span>
            {held === null && <span class="waiting-kept">{t(keptIn === 'phone' ? 'waiting.kept' : 'waiting.in_page')}</span>}
          </>
        )}
      </p>
      {held !== null && (
        <BigButton look="quiet" onTap={() => aide.takeBack(held.key)}>
          {t('waiting.take_back', { step: t(`step.${held.step}`), n: Math.ceil(heldFor(held, waiting, now) / 1_000) })}
        </BigButton>
      )}
      {full && (
        <p class="card card-bad" role="alert">
          {t('waiting.full')}
        </p>
      )}
    </>
  );
}
