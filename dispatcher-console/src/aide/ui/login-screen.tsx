import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';

import type { LoginProblem } from '../app/session';
import { usePage } from './context';
import { BigButton, Heading, Masthead } from './parts';

/** The own log-in form; the page never leaves for another one. */
export function LoginScreen({ ended }: { ended: boolean }): JSX.Element {
  const { aide, t } = usePage();
  const form = useRef<HTMLFormElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<LoginProblem | null>(null);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (form.current === null || busy) return;
    const fields = new FormData(form.current);
    setBusy(true);
    setProblem(null);
    const result = await aide.logIn(String(fields.get('username')).trim(), String(fields.get('password')));
    setBusy(false);
    setProblem(result);
  }

  function show(plain: boolean): void {
    if (password.current !== null) password.current.type = plain ? 'text' : 'password';
  }

  return (
    <>
      <Masthead name={null} />
      <main class="stack">
        <Heading>{t('login.title')}</Heading>
        {ended && <p class="card card-wait">{t('login.ended')}</p>}
        <form ref={form} onSubmit={submit} class="stack">
          <label class="field">
            {t('login.username')}
            <input name="username" autocomplete="username" autocapitalize="none" spellcheck={false} required />
          </label>
          <label class="field">
            {t('login.password')}
            <input ref={password} name="password" type="password" autocomplete="current-password" required />
          </label>
          <label class="check">
            <input type="checkbox" onChange={(event) => show(event.currentTarget.checked)} />
            {t('login.show_password')}
          </label>
          {problem !== null && (
            <p class="card card-bad" role="alert">
              {problem.key === 'refused' ? t('login.refused', { status: problem.status }) : t(`login.${problem.key}`)}
            </p>
          )}
          <button type="submit" class="button button-go" disabled={busy}>
            {t(busy ? 'login.busy' : 'login.submit')}
          </button>
        </form>
      </main>
    </>
  );
}

/** For an operator who came to the wrong page. */
export function NotAideScreen(): JSX.Element {
  const { aide, t } = usePage();
  return (
    <>
      <Masthead name={null} />
      <main class="stack">
        <Heading>{t('login.title')}</Heading>
        <p class="card card-bad" role="alert">
          {t('login.not_aide')}
        </p>
        <BigButton look="calm" onTap={() => aide.logOut()}>
          {t('login.logout')}
        </BigButton>
      </main>
    </>
  );
}
