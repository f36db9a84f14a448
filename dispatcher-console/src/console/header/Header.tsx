import { CareButton } from '../care/CareButton';
import { useSpeech } from '../i18n';
import { isRinging } from '../model/queue';
import { logOut } from '../services';
import { useFeed } from '../state/feed-store';
import { useSession } from '../state/session';
import { TelephoneBadge } from '../telephone/TelephoneBadge';
import { Bell } from '../ui/Bell';
import { ConnectionBadge } from './ConnectionBadge';
import { LanguageSwitch } from './LanguageSwitch';
import { SoundControl } from './SoundControl';

/** The bar at the top: is it live, how many wait, who sits here. */
export function Header() {
  const { t, word } = useSpeech();
  const user = useSession((session) => session.user);
  const waiting = useFeed((feed) => [...feed.tickets.values()].filter(isRinging).length);
  return (
    <header className="header">
      <h1>
        <Bell />
        <span className="brand">{t('app.name')}</span>
        <span className="muted subtitle">{t('app.subtitle')}</span>
      </h1>
      <p className="waiting-count" data-some={waiting > 0} aria-live="polite">
        <strong>{waiting}</strong> {t('header.waiting')}
      </p>
      <SoundControl />
      <span className="grow" />
      <CareButton />
      <TelephoneBadge />
      <ConnectionBadge />
      <p className="who" title={t('header.you')}>
        {user?.name} <span className="muted">{word('userRole', user?.role ?? '')}</span>
      </p>
      <LanguageSwitch />
      <button type="button" className="button quiet" onClick={() => void logOut()}>
        {t('header.logout')}
      </button>
    </header>
  );
}
