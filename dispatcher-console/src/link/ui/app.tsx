import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

import { Bell } from '../../aide/app/bell';
import { ago } from '../../shared/format';
import { tagOf } from '../../shared/lang';
import type { State } from '../model/state';
import { CheckingScreen, ClosedScreen, FailedScreen } from './closed-screens';
import { usePage } from './context';
import { JobScreen } from './job-screen';
import { OfferScreen } from './offer-screen';
import { OverScreen } from './over-screen';
import { OtherLanguage } from './parts';

/** How often ages and the countdown are drawn. */
const TICK_MS = 250;

/** What was taken back rings so long, unless somebody touches the glass. */
const SHOUTS_MS = 30_000;

/** The whole page: one screen, and above it, while there is no signal, how old it is. */
export function App(): JSX.Element {
  const { link, t, lang } = usePage();
  const [state, setState] = useState(link.state);
  const [now, setNow] = useState(link.now());
  const [bell] = useState(() => new Bell(() => undefined));

  useEffect(() => {
    const read = (): void => setState({ ...link.state });
    read(); // what changed between drawing and subscribing
    return link.subscribe(read);
  }, [link]);
  useEffect(() => {
    const timer = setInterval(() => setNow(link.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [link]);

  const isTakenBack = state.phase === 'over' && ['taken', 'closed', 'withdrawn'].includes(state.ending ?? '');
  const isOffered = state.phase === 'in' && state.file?.offer.status === 'offered';
  useEffect(() => {
    document.documentElement.lang = tagOf(lang);
    document.title = t(isTakenBack ? 'link.title_cancelled' : isOffered ? 'link.title_offer' : 'link.title');
  }, [lang, isTakenBack, isOffered, t]);
  useEffect(() => {
    if (!isTakenBack) return;
    bell.ring('cancelled');
    const hush = (): void => bell.ring(null);
    const timer = setTimeout(hush, SHOUTS_MS);
    addEventListener('pointerdown', hush, { once: true });
    return () => {
      clearTimeout(timer);
      removeEventListener('pointerdown', hush);
      hush();
    };
  }, [isTakenBack, bell]);

  return (
    <div class={`page page-link-${state.phase}`}>
      {/* With an offer in hand the glass is too small for it. */}
      {state.phase !== 'in' && (
        <header class="masthead">
          <span class="masthead-name">{t('page.brand')}</span>
          <OtherLanguage />
        </header>
      )}
      {state.phase === 'in' && state.lostSince !== null && (
        <p class="banner banner-bad" role="alert">
          {t('lost.title', { age: ago(now - (state.heardAt ?? state.lostSince), lang) })}
        </p>
      )}
      <Screen
        state={state}
        now={now}
        onOpen={() => {
          // By a touch: only then may the page ring later.
          bell.unlock();
          void link.open();
        }}
      />
    </div>
  );
}

function Screen({ state, now, onOpen }: { state: State; now: number; onOpen: () => void }): JSX.Element {
  const { phase, file, failure, ending, hadArrived } = state;
  if (phase === 'closed') return <ClosedScreen state={state} onOpen={onOpen} />;
  if (phase === 'failed' && failure !== null) return <FailedScreen failure={failure} />;
  if (phase === 'over' && ending !== null) return <OverScreen ending={ending} hadArrived={hadArrived} />;
  if (phase === 'in' && file !== null) {
    return file.offer.status === 'offered' ? (
      <OfferScreen file={file} state={state} now={now} />
    ) : (
      <JobScreen file={file} state={state} now={now} />
    );
  }
  return <CheckingScreen state={state} />;
}
