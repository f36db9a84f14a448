import { render } from 'preact';

import { createApi } from '../shared/api';
import { ServerClock } from '../shared/clock';
import { chooseLang } from '../shared/lang';
import { askOf } from './model/ask';
import './style/card.css';
import { App } from './ui/app';

const root = document.getElementById('card');
if (root === null) throw new Error('card.html has no #card');

const clock = new ServerClock();
const api = createApi({
  onDate: (date) => {
    if (clock.pcAhead_ms() === null) clock.hear(date);
  },
});
const ask = askOf(location);

// The secret leaves the address before anything else happens: nobody photographs or bookmarks it.
if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search);
// Another link opened in the same tab changes nothing but what stands behind the `#`.
addEventListener('hashchange', () => location.reload());

// The language of an address and no memory: the browser is somebody else's.
render(<App api={api} ask={ask} first={chooseLang(location.search, null)} now={() => clock.now()} />, root);
