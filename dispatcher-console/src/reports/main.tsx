import './styles/index.css';

import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { startI18n } from '../console/i18n';
import { queries, resumeSession, shareSession, withoutFeed } from '../console/services';
import { startTheme } from '../console/state/theme';
import { startLang } from '../shared/lang';
import { App } from './App';
import { startAsked } from './state/asked';
import { zhReports } from './words/zh';

startTheme();
startAsked();
const words = startI18n(startLang(), {
  zh: zhReports,
  later: { en: async () => (await import('./words/en')).enReports },
});
shareSession();
withoutFeed();
void resumeSession();

await words;
const root = document.getElementById('root');
if (root === null) throw new Error('reports.html has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
