import { useSpeech } from '../console/i18n';
import { logOut } from '../console/services';

/** Somebody has logged in whose place is the console. */
export function OnlySupervisors({ role }: { role: string }) {
  const { t, word } = useSpeech();
  return (
    <main className="login-page">
      <section className="login-card">
        <h1>{t('onlySupervisors.heading')}</h1>
        <p>{t('onlySupervisors.why', { role: word('userRole', role) })}</p>
        <p className="login-links">
          <a className="button primary" href="/">
            {t('onlySupervisors.toConsole')}
          </a>
          <button type="button" className="button" onClick={() => void logOut()}>
            {t('header.logout')}
          </button>
        </p>
      </section>
    </main>
  );
}
