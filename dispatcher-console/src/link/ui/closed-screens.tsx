import type { JSX } from 'preact';

import type { Failure, State } from '../model/state';
import { usePage } from './context';
import { BigButton, CallCentre, Heading } from './parts';

/** The link is not opened by looking at it: messengers look at links too. */
export function ClosedScreen({ state, onOpen }: { state: State; onOpen: () => void }): JSX.Element {
  const { t } = usePage();
  const { opening, lostSince } = state;
  return (
    <>
      <main class="shout">
        <Heading>{t('closed.title')}</Heading>
        <p class="large">{t('closed.text')}</p>
        <p>{t('closed.once')}</p>
      </main>
      <footer class="actions">
        {lostSince !== null && !opening && (
          <p class="card card-bad" role="alert">
            {t('closed.failed')}
          </p>
        )}
        <BigButton look="go" disabled={opening} onTap={onOpen}>
          {t(opening ? 'closed.opening' : 'closed.open')}
        </BigButton>
        <CallCentre />
      </footer>
    </>
  );
}

/** Before anything is known. */
export function CheckingScreen({ state }: { state: State }): JSX.Element {
  const { t } = usePage();
  return (
    <main class="middle">
      <p role="status">{t(state.lostSince === null ? 'link.checking' : 'link.no_signal')}</p>
    </main>
  );
}

/** Why nothing can be shown, and the way on. */
export function FailedScreen({ failure }: { failure: Failure }): JSX.Element {
  const { t } = usePage();
  return (
    <>
      <main class="refused" data-failure={failure}>
        <Heading>{t('fail.title')}</Heading>
        <p class="refused-now" role="alert">
          {t(`fail.${failure}`)}
        </p>
        <p>{t(`fail.${failure}_help`)}</p>
      </main>
      <footer class="actions">
        <CallCentre />
      </footer>
    </>
  );
}
