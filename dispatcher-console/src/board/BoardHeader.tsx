import { ConnectionBadge } from '../console/header/ConnectionBadge';
import { LanguageSwitch } from '../console/header/LanguageSwitch';
import { useSpeech } from '../console/i18n';
import { logOut } from '../console/services';
import { useNow } from '../console/state/now';
import { useSession } from '../console/state/session';
import { chooseTheme, useTheme } from '../console/state/theme';
import { useDistrict } from '../console/state/use-district';
import { Bell } from '../console/ui/Bell';
import { tagOf } from '../shared/lang';
import { chooseDistrict, useBoardDistrict } from './state/district';
import { showWall, useWall } from './state/wall';

/** What this is, whether it is live, and what time it is; on a wall nothing else. */
export function BoardHeader() {
  const { t } = useSpeech();
  const wall = useWall((state) => state.wall);
  return (
    <header className="header board-header">
      <h1>
        <Bell />
        <span className="brand">{t('app.name')}</span>
        <span className="board-title">{t('app.subtitle')}</span>
      </h1>
      <DistrictName />
      <span className="grow" />
      <ConnectionBadge />
      <Clock />
      {!wall && <Buttons />}
    </header>
  );
}

function Buttons() {
  const { t } = useSpeech();
  const name = useSession((session) => session.user?.name);
  const night = useTheme() === 'night';
  return (
    <>
      <a className="button small" href="/">
        {t('board.console')}
      </a>
      <a className="button small" href="/reports">
        {t('page.reports')}
      </a>
      <button type="button" className="button small" title={t('board.wallHint')} onClick={() => showWall(true)}>
        {t('board.wall')}
      </button>
      <button type="button" className="button small quiet" aria-pressed={night} onClick={() => chooseTheme(night ? 'light' : 'night')}>
        {t('theme.night')}
      </button>
      <LanguageSwitch />
      <button type="button" className="button small quiet" title={name} onClick={() => void logOut()}>
        {t('header.logout')}
      </button>
    </>
  );
}

/** Whose areas and shifts are shown; whoever serves several chooses. */
function DistrictName() {
  const { t } = useSpeech();
  const served = useSession((session) => session.user?.districts) ?? [];
  const wall = useWall((state) => state.wall);
  const here = useBoardDistrict();
  const name = useDistrict(here).data?.name ?? here;
  if (wall || served.length < 2) return <p className="muted">{name}</p>;
  return (
    <label className="district-choice">
      {t('board.district')}{' '}
      <select value={here} onChange={(event) => chooseDistrict(event.target.value)}>
        {served.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The district's clock: a page that stands still is seen by it. */
function Clock() {
  const { lang } = useSpeech();
  const now = useNow();
  const zone = useDistrict().data?.time_zone;
  if (zone === undefined) return null;
  const of = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(tagOf(lang), { ...options, timeZone: zone }).format(now);
  return (
    <p className="clock">
      <span className="clock-day">{of({ month: lang === 'zh' ? 'long' : 'short', day: 'numeric', weekday: 'short' })}</span>{' '}
      <strong>{of({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })}</strong>
    </p>
  );
}
