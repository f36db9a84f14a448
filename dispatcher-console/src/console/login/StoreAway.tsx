import { LanguageSwitch } from '../header/LanguageSwitch';
import { useSpeech } from '../i18n';
import { Bell } from '../ui/Bell';

/** The page opened while the database is away; it goes on by itself. */
export function StoreAway() {
  const { t } = useSpeech();
  return (
    <main className="login-page">
      <section className="login-card">
        <header>
          <Bell />
          <h1 className="brand">{t('app.name')}</h1>
          <LanguageSwitch />
        </header>
        <p role="alert">{t('app.storeAway')}</p>
      </section>
    </main>
  );
}
