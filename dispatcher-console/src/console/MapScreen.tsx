import { useEffect } from 'react';

import { ConnectionBadge } from './header/ConnectionBadge';
import { DeskMenu } from './header/DeskMenu';
import { WaitingCount } from './header/Header';
import { SoundControl } from './header/SoundControl';
import { StaleBanner } from './header/StaleBanner';
import { ThemeButton } from './header/ThemeButton';
import { useSpeech } from './i18n';
import { MapPanel } from './map/MapPanel';
import { nameOf } from './model/distress';
import { startAttention } from './state/attention';
import { useDesk } from './state/desk';
import { useFeed } from './state/feed-store';
import { startPresence } from './state/shift';
import { startSound } from './state/sound';
import { startWindows } from './state/windows';
import { Bell } from './ui/Bell';
import { NoticeBar } from './ui/NoticeBar';

/** The map on a screen of its own. It follows the desk, and takes nothing out of its hands. */
export function MapScreen() {
  const { t } = useSpeech();
  useEffect(startWindows, []);
  // Should the desk be gone, this window is the one that sounds; what the person does is for the desk to say.
  useEffect(startPresence, []);
  useEffect(startSound, []);
  useEffect(startAttention, []);
  const stale = useFeed((feed) => feed.status.state !== 'live');
  return (
    <div className="console" data-stale={stale} data-screen="map">
      <header className="header">
        <h1>
          <Bell />
          <span className="brand">{t('app.name')}</span>
          <span className="muted subtitle">{t('map.heading')}</span>
        </h1>
        <WaitingCount />
        <Followed />
        <span className="grow" />
        <SoundControl />
        <ConnectionBadge />
        <ThemeButton />
        <DeskMenu />
      </header>
      <StaleBanner />
      <main className="map-place">
        <MapPanel />
      </main>
      <NoticeBar />
    </div>
  );
}

/** Whose place is shown: the ticket that is open on the desk. */
function Followed() {
  const { t } = useSpeech();
  const id = useDesk((desk) => desk.openTicket);
  const ticket = useFeed((feed) => (id === null ? undefined : feed.tickets.get(id)));
  return (
    <p className="followed" data-following={ticket?.id}>
      {ticket === undefined ? (
        <span className="muted">{t('screen.followsNone')}</span>
      ) : (
        <>
          {t('screen.follows', { number: ticket.number })} <bdi>{nameOf(ticket, t) ?? t('queue.unknown')}</bdi>
        </>
      )}
    </p>
  );
}
