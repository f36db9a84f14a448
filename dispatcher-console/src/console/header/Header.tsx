import { CareButton } from '../care/CareButton';
import { useSpeech } from '../i18n';
import { isRinging } from '../model/queue';
import { RegistryButton } from '../registry/RegistryButton';
import { RosterButton } from '../roster/RosterButton';
import { useFeed } from '../state/feed-store';
import { ShiftButton } from '../shift/ShiftButton';
import { TelephoneBadge } from '../telephone/TelephoneBadge';
import { Bell } from '../ui/Bell';
import { ConnectionBadge } from './ConnectionBadge';
import { DeskMenu } from './DeskMenu';
import { KeysButton } from './KeysButton';
import { SoundControl } from './SoundControl';
import { ThemeButton } from './ThemeButton';

/** The bar at the top: is it live, how many wait, who sits here. */
export function Header() {
  const { t } = useSpeech();
  return (
    <header className="header">
      <h1>
        <Bell />
        <span className="brand">{t('app.name')}</span>
        <span className="muted subtitle">{t('app.subtitle')}</span>
      </h1>
      <WaitingCount />
      <SoundControl />
      <span className="grow" />
      <ShiftButton />
      <RosterButton />
      <RegistryButton />
      <CareButton />
      <TelephoneBadge />
      <ConnectionBadge />
      <KeysButton />
      <ThemeButton />
      <DeskMenu />
    </header>
  );
}

/** How many alarms nobody has taken yet. */
export function WaitingCount() {
  const { t } = useSpeech();
  const waiting = useFeed((feed) => [...feed.tickets.values()].filter(isRinging).length);
  return (
    <p className="waiting-count" data-some={waiting > 0} aria-live="polite">
      <strong>{waiting}</strong> {t('header.waiting')}
    </p>
  );
}
