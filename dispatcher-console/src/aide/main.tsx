import { type JSX, render } from 'preact';
import { useMemo, useState } from 'preact/hooks';

import { type Lang, setLang, startLang } from '../shared/lang';
import { Aide } from './app/aide';
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
render(<Root first={startLang()} />, root);
aide.start();
