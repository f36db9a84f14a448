import { useEffect } from 'react';

import { FilePanel } from './file/FilePanel';
import { Header } from './header/Header';
import { StaleBanner } from './header/StaleBanner';
import { useSpeech } from './i18n';
import { MapPanel } from './map/MapPanel';
import { QueuePanel } from './queue/QueuePanel';
import { useFeed } from './state/feed-store';
import { startCalls } from './state/calls';
import { startPopUps } from './state/popup';
import { CallsPanel } from './telephone/CallsPanel';
import { NoticeBar } from './ui/NoticeBar';

/** The three parts of the control room: queue, file, map. */
export function Console() {
  const { t } = useSpeech();
  useEffect(startPopUps, []);
  useEffect(startCalls, []);
  const stale = useFeed((feed) => feed.status.state !== 'live');
  return (
    <div className="console" data-stale={stale}>
      <a className="skip" href="#file">
        {t('app.skip')}
      </a>
      <Header />
      <StaleBanner />
      <QueuePanel />
      <FilePanel />
      <CallsPanel />
      <MapPanel />
      <NoticeBar />
    </div>
  );
}
