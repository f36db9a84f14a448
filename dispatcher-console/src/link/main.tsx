import './app/old-browsers';

import { type JSX, render } from 'preact';
import { useMemo, useState } from 'preact/hooks';

import { createApi } from '../shared/api';
import { ServerClock } from '../shared/clock';
import { chooseLang, type Lang } from '../shared/lang';
import { uuid } from '../shared/uuid';
import { Link } from './app/link';
import { tokenOf } from './model/ask';
import './style/link.css';
import { App } from './ui/app';
import { type Page, PageContext } from './ui/context';
import { translator } from './words/words';

const root = document.getElementById('link');
if (root === null) throw new Error('link.html has no #link');

const token = tokenOf(location.hash);

/** The same phone's key, also after a reload: in the tab's history, and nowhere else. */
function keyOfThisTab(): string {
  const kept: unknown = history.state;
  if (typeof kept === 'object' && kept !== null && 'key' in kept && typeof kept.key === 'string') return kept.key;
  const key = uuid();
  history.replaceState({ key }, '');
  return key;
}

const clock = new ServerClock();
const link = new Link(
  {
    api: createApi({ onDate: (date) => clock.hear(date), timeout_ms: 8_000 }),
    now: () => clock.now(),
    isHidden: () => document.hidden,
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    // The secret leaves the address as soon as it has done its work: nobody photographs or bookmarks it.
    opened: () => history.replaceState(null, '', location.pathname + location.search),
  },
  token,
  keyOfThisTab(),
);

function Root({ first }: { first: Lang }): JSX.Element {
  const [lang, setLang] = useState(first);
  const page = useMemo<Page>(
    () => ({ link, lang, t: translator(lang), changeLang: () => setLang(lang === 'zh' ? 'en' : 'zh') }),
    [lang],
  );
  return (
    <PageContext.Provider value={page}>
      <App />
    </PageContext.Provider>
  );
}

// Another link opened in the same tab changes nothing but what stands behind the `#`.
addEventListener('hashchange', () => location.reload());
document.addEventListener('visibilitychange', () => {
  if (!document.hidden && link.state.phase === 'in') void link.look();
});
addEventListener('online', () => {
  if (link.state.phase === 'in') void link.look();
});

// The language of an address and no memory: the phone is somebody's own.
render(<Root first={chooseLang(location.search, null)} />, root);
void link.start();
