import { LanguageSwitch } from '../console/header/LanguageSwitch';
import { useSpeech } from '../console/i18n';
import { logOut } from '../console/services';
import { useSession } from '../console/state/session';
import { chooseTheme, useTheme } from '../console/state/theme';
import { useDistrict } from '../console/state/use-district';
import { Bell } from '../console/ui/Bell';
import { useReportDistrict } from './state/answers';
import { ask } from './state/asked';

export function ReportsHeader() {
  const { t } = useSpeech();
  const name = useSession((session) => session.user?.name);
  const night = useTheme() === 'night';
  return (
    <header className="header">
      <h1>
        <Bell />
        <span className="brand">{t('app.name')}</span>
        <span className="light">{t('app.subtitle')}</span>
      </h1>
      <DistrictChoice />
      <span className="grow" />
      <a className="button small" href="/board">
        {t('page.board')}
      </a>
      <a className="button small" href="/">
        {t('reports.console')}
      </a>
      <button type="button" className="button small quiet" aria-pressed={night} onClick={() => chooseTheme(night ? 'light' : 'night')}>
        {t('theme.night')}
      </button>
      <LanguageSwitch />
      <button type="button" className="button small quiet" title={name} onClick={() => void logOut()}>
        {t('header.logout')}
      </button>
    </header>
  );
}

/** Which district is reported on; whoever serves several chooses. */
function DistrictChoice() {
  const { t } = useSpeech();
  const served = useSession((session) => session.user?.districts) ?? [];
  const here = useReportDistrict();
  const name = useDistrict(here).data?.name ?? here;
  if (served.length < 2) return <p className="muted">{name}</p>;
  return (
    <label className="district-choice">
      {t('reports.district')}{' '}
      <select value={here} onChange={(event) => ask({ district: event.target.value })}>
        {served.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
    </label>
  );
}
