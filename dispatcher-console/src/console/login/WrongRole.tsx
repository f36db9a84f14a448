import { useSpeech } from '../i18n';
import { logOut } from '../services';

/** An aide has logged in to the operators' page. */
export function WrongRole() {
  const { t } = useSpeech();
  return (
    <main className="login-page">
      <section className="login-card">
        <h1>{t('app.name')}</h1>
        <p>{t('app.wrongRole')}</p>
        <p className="login-links">
          <a className="button primary" href="/aide">
            {t('app.toAide')}
          </a>
          <button type="button" className="button" onClick={() => void logOut()}>
            {t('header.logout')}
          </button>
        </p>
      </section>
    </main>
  );
}
