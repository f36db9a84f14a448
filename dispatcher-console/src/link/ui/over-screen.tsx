import type { JSX } from 'preact';

import type { Ending } from '../model/state';
import { usePage } from './context';
import { CallCentre, Heading } from './parts';

/** What was taken back shouts; everything else is said calmly. */
const SHOUTS: ReadonlySet<Ending> = new Set(['taken', 'closed', 'withdrawn']);

export function OverScreen({ ending, hadArrived }: { ending: Ending; hadArrived: boolean }): JSX.Element {
  const { t } = usePage();
  return SHOUTS.has(ending) ? (
    <>
      <main class="cancelled" data-ending={ending}>
        <svg class="cancelled-mark" viewBox="0 0 100 100" aria-hidden="true" focusable="false">
          <circle cx="50" cy="50" r="42" />
          <path d="M32 32 L68 68 M68 32 L32 68" />
        </svg>
        <Heading>{t('cancelled.title')}</Heading>
        <p class="cancelled-stop" role="alert">
          {/* Whoever stands beside the senior must not be sent away by a screen. */}
          {t(hadArrived ? 'cancelled.stay' : 'cancelled.stop')}
        </p>
        <p class="chip">{t(`over.${ending}`)}</p>
        {!hadArrived && <p>{t(`over.${ending}_help`)}</p>}
      </main>
      <footer class="actions actions-cancelled">
        <CallCentre />
      </footer>
    </>
  ) : (
    <>
      <main class={ending === 'done' ? 'shout shout-good' : 'refused'} data-ending={ending}>
        <Heading>{t(`over.${ending}`)}</Heading>
        <p class="large" role="status">
          {t(`over.${ending}_help`)}
        </p>
      </main>
      <footer class="actions">
        <CallCentre />
      </footer>
    </>
  );
}
