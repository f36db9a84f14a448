import { LanguageSwitch } from '../header/LanguageSwitch';
import { useSpeech } from '../i18n';
import { Bell } from '../ui/Bell';
import { LoginForm } from './LoginForm';

/** The page while nobody is logged in. */
export function LoginPage() {
  const { t } = useSpeech();
  return (
    <main className="login-page">
      <section className="login-card" aria-labelledby="login-heading">
        <header>
          <Bell />
          <div>
            <p className="brand">{t('app.name')}</p>
            <p className="muted">{t('app.subtitle')}</p>
          </div>
          <LanguageSwitch />
        </header>
        <h1 id="login-heading">{t('login.heading')}</h1>
        <LoginForm />
      </section>
    </main>
  );
}
