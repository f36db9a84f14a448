import type { JSX } from 'preact';

import type { Sending } from '../model/state';
import { usePage } from './context';

/** What became of the last tap: under way, not sent, or not accepted. */
export function SendingLine({ sending, offer }: { sending: Sending | null; offer: string }): JSX.Element | null {
  const { aide, t } = usePage();
  if (sending === null || sending.offer !== offer) return null;
  const step = t(`step.${sending.step}`);
  switch (sending.state) {
    case 'sending':
      return (
        <p class="sending" role="status">
          {sending.attempt > 1 ? t('send.again', { n: sending.attempt }) : t('send.busy')}
        </p>
      );
    case 'failed':
      return (
        <div class="sending card card-bad" role="alert">
          <p>{t('send.failed', { step })}</p>
          <button type="button" class="button button-calm" onClick={() => aide.sendAgain()}>
            {t('send.retry')}
          </button>
        </div>
      );
    case 'refused':
      return (
        <div class="sending card card-bad" role="alert">
          <p>
            {sending.status === 409 ? t('now.other') : t('send.refused', { step, status: sending.status })}
          </p>
          <button type="button" class="button button-calm" onClick={() => aide.dismissSending()}>
            {t('send.dismiss')}
          </button>
        </div>
      );
  }
}
