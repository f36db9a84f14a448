import { type JSX, render } from 'preact';
import { useMemo, useState } from 'preact/hooks';

import { type Lang, setLang, startLang } from '../shared/lang';
import { Aide } from './app/aide';
import { rememberLang } from './app/push';
import { registerServiceWorker } from './app/service-worker';
import './style/aide.css';
import { App } from './ui/app';
import { type Page, PageContext } from './ui/context';
import { translator } from './words/words';

const aide = new Aide();

function Root({ first }: { first: Lang }): JSX.Element {
  const [lang, setChosen] = useState(first);
  const page = useMemo<Page>(
    () => ({
      aide,
      lang,
      t: translator(lang),
      changeLang: () => {
        const other: Lang = lang === 'zh' ? 'en' : 'zh';
        setLang(other);
        rememberLang(other);
        setChosen(other);
      },
    }),
    [lang],
  );
  return (
    <PageContext.Provider value={page}>
      <App />
    </PageContext.Provider>
  );
}

const root = document.getElementById('aide');
if (root === null) throw new Error('aide.html has no #aide');
const first = startLang();
rememberLang(first);
render(<Root first={first} />, root);
void aide.start();
void registerServiceWorker();
