import './styles/index.css';

import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { startLang } from '../shared/lang';
import { App } from './App';
import { startI18n } from './i18n';
import { queries, resumeSession, shareSession, wakeOnReturn } from './services';
import { openLinkedTicket } from './state/linked-ticket';
import { startTheme } from './state/theme';

startTheme();
const words = startI18n(startLang());
wakeOnReturn();
shareSession();
openLinkedTicket();
void resumeSession();

await words;
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
