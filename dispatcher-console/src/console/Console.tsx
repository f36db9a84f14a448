import { useEffect } from 'react';

import { FilePanel } from './file/FilePanel';
import { AudioCheckBar } from './header/AudioCheckBar';
import { Header } from './header/Header';
import { SoundBanner } from './header/SoundBanner';
import { StaleBanner } from './header/StaleBanner';
import { useSpeech } from './i18n';
import { Keyboard } from './keyboard/Keyboard';
import { MapPanel } from './map/MapPanel';
import { QueuePanel } from './queue/QueuePanel';
import { RegistryPlace } from './registry/RegistryPlace';
import { useFeed } from './state/feed-store';
import { startAttention } from './state/attention';
import { startCalls } from './state/calls';
import { useDesk } from './state/desk';
import { startPopUps } from './state/popup';
import { startShift } from './state/shift';
import { startWindows, useWindow } from './state/windows';
import { startSound } from './state/sound';
import { CallsPanel } from './telephone/CallsPanel';
import { Boundary } from './ui/Boundary';
import { NoticeBar } from './ui/NoticeBar';

/** The three parts of the control room: queue, file, map. */
export function Console() {
  const { t } = useSpeech();
  useEffect(startPopUps, []);
  useEffect(startCalls, []);
  useEffect(startShift, []);
  useEffect(startWindows, []);
  useEffect(startSound, []);
  useEffect(startAttention, []);
  const screen = useWindow((here) => here.screen);
  const about = useDesk((desk) => desk.openTicket ?? desk.openSenior);
  const stale = useFeed((feed) => feed.status.state !== 'live');
  return (
    <div className="console" data-stale={stale} data-screen={screen}>
      <a className="skip" href="#file">
        {t('app.skip')}
      </a>
      <Header />
      <div className="banners">
        <StaleBanner />
        <SoundBanner />
        <AudioCheckBar />
      </div>
      <Boundary>
        <QueuePanel />
      </Boundary>
      <Boundary about={about}>
        <FilePanel />
      </Boundary>
      <Boundary>
        <CallsPanel />
      </Boundary>
      {screen !== 'desk' && <MapPanel />}
      <RegistryPlace />
      <NoticeBar />
      <Boundary>
        <Keyboard />
      </Boundary>
    </div>
  );
}
