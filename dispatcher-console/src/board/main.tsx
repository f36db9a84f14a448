import './styles/index.css';

import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { startI18n } from '../console/i18n';
import { queries, resumeSession, shareSession, wakeOnReturn } from '../console/services';
import { startTheme } from '../console/state/theme';
import { startLang } from '../shared/lang';
import { App } from './App';
import { startWall } from './state/wall';
import { zhBoard } from './words/zh';

startTheme();
startWall();
const words = startI18n(startLang(), {
  zh: zhBoard,
  later: { en: async () => (await import('./words/en')).enBoard },
});
wakeOnReturn();
shareSession();
void resumeSession();

await words;
const root = document.getElementById('root');
if (root === null) throw new Error('board.html has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
