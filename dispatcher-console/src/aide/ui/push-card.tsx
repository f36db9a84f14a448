import type { JSX } from 'preact';

import type { PushState } from '../model/state';
import { usePage } from './context';
import { BigButton } from './parts';

/** Whether the centre can wake this phone when it is locked, and what to do when it cannot. */
export function PushCard({ push }: { push: PushState }): JSX.Element | null {
  const { aide, t } = usePage();
  switch (push) {
    case 'off':
      return null;
    case 'on':
      return (
        <p class="card card-good" data-push="on">
          {t('push.on')}
        </p>
      );
    case 'ask':
    case 'asking':
    case 'failed':
      return (
        <section class="card card-wait" data-push={push}>
          <p>{t(push === 'failed' ? 'push.failed' : 'push.ask')}</p>
          <BigButton look="calm" disabled={push === 'asking'} onTap={() => aide.allowPush()}>
            {t(push === 'asking' ? 'push.asking' : push === 'failed' ? 'push.retry' : 'push.allow')}
          </BigButton>
        </section>
      );
    case 'denied':
    case 'missing':
      return (
        <p class="card card-wait" data-push={push}>
          {t(push === 'denied' ? 'push.denied' : 'push.missing')}
        </p>
      );
  }
}
