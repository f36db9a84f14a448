import type { ComponentChildren, JSX } from 'preact';
import { useEffect } from 'preact/hooks';

import { hasSos } from '../model/distress';
import { type Screen, screenOf } from '../model/screen';
import type { AideState } from '../model/state';
import { ConnectionBanner } from './connection-banner';
import { useAideState, useNow, usePage } from './context';
import { CancelledScreen, ThanksScreen } from './ended-screens';
import { DutyScreen } from './duty-screen';
import { JobScreen } from './job-screen';
import { LoginScreen, NotAideScreen } from './login-screen';
import { MonthScreen } from './month-screen';
import { OfferScreen } from './offer-screen';
import { RefusedScreen } from './refused-screen';
import { SelfTestScreen } from './self-test-screen';
import { SosDock } from './sos-dock';

/** The whole page: one screen, and above it the banner when the connection is lost. */
export function App(): JSX.Element {
  const { aide, t } = usePage();
  const state = useAideState(aide);
  const now = useNow(aide, 250);
  const screen = screenOf(state, now);

  useEffect(() => {
    document.title = t(screen.name === 'offer' ? 'page.title_offer' : 'page.title');
  }, [screen.name, t]);

  return (
    <Frame screen={screen} state={state}>
      {view(screen, state, now)}
    </Frame>
  );
}

function Frame({ screen, state, children }: { screen: Screen; state: AideState; children: ComponentChildren }): JSX.Element {
  const inside = state.session.phase === 'in' && screen.name !== 'not_aide';
  return (
    <div class={`page page-${screen.name}`}>
      {inside && <ConnectionBanner live={state.live} recalledAt={state.recalledAt} />}
      {children}
      {hasSos(state) && <SosDock distress={state.distress} />}
    </div>
  );
}

function view(screen: Screen, state: AideState, now: number): JSX.Element {
  switch (screen.name) {
    case 'checking':
      return <Checking />;
    case 'login':
      return <LoginScreen ended={screen.ended} />;
    case 'not_aide':
      return <NotAideScreen />;
    case 'offer':
      return <OfferScreen key={screen.file.offer.id} file={screen.file} job={screen.job} state={state} now={now} />;
    case 'job':
      return <JobScreen key={screen.file.offer.id} file={screen.file} state={state} now={now} />;
    case 'cancelled':
      return <CancelledScreen key={screen.notice.id} notice={screen.notice} />;
    case 'refused':
      return <RefusedScreen key={screen.told.id} told={screen.told} />;
    case 'thanks':
      return <ThanksScreen key={screen.notice.id} notice={screen.notice} />;
    case 'self_test':
      return <SelfTestScreen test={state.selfTest} />;
    case 'month':
      return <MonthScreen view={state.month} now={now} />;
    case 'duty':
      return <DutyScreen on={screen.on} checkingOffer={screen.checkingOffer} state={state} now={now} />;
  }
}

function Checking(): JSX.Element {
  const { t } = usePage();
  return (
    <main class="middle">
      <p class="muted" role="status">
        {t('page.loading')}
      </p>
    </main>
  );
}
