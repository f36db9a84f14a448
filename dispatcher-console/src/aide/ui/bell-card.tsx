import type { JSX } from 'preact';

import type { BellState } from '../model/state';
import { usePage } from './context';
import { BigButton } from './parts';

/** The bell: to be switched on where the browser keeps it silent, to be tried where it rings. */
export function BellCard({ bell }: { bell: BellState }): JSX.Element {
  const { aide, t } = usePage();
  if (bell === 'missing') return <p class="card card-bad">{t('sound.missing')}</p>;
  if (bell === 'ready') {
    return (
      <BigButton look="quiet" onTap={() => aide.tryBell()}>
        {t('sound.test')}
      </BigButton>
    );
  }
  return (
    <section class="card card-wait">
      <p>
        <strong>{t('sound.blocked')}</strong>
      </p>
      <BigButton look="calm" onTap={() => aide.tryBell()}>
        {t('sound.enable')}
      </BigButton>
    </section>
  );
}
