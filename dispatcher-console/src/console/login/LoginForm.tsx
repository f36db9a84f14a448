import { type FormEvent, useState } from 'react';

import { ApiError } from '../../shared/api';
import { useSpeech } from '../i18n';
import { logIn } from '../services';

/** The log-in form; `username` is known when a session has only expired. */
export function LoginForm({ username = '' }: { username?: string }) {
  const { t } = useSpeech();
  const [name, setName] = useState(username);
  const [password, setPassword] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setFault(null);
    try {
      await logIn(name.trim(), password);
    } catch (error) {
      setFault(whyNot(error));
    } finally {
      setBusy(false);
    }
  }

  function whyNot(error: unknown): string {
    switch (error instanceof ApiError ? error.status : 0) {
      case 401:
        return t('login.wrong');
      case 429:
        return t('login.tooMany');
      case 503:
        return t('login.notNow');
      default:
        return t('act.unreachable');
    }
  }

  return (
    <form className="login-form" onSubmit={(event) => void submit(event)}>
      <label>
        <span>{t('login.username')}</span>
        <input
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          autoFocus={username === ''}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      <label>
        <span>{t('login.password')}</span>
        <input
          name="password"
          type="password"
          autoComplete="current-password"
          required
          autoFocus={username !== ''}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </label>
      <p className="fault" role="alert">
        {fault}
      </p>
      <button type="submit" className="button primary" disabled={busy}>
        {busy ? t('login.busy') : t('login.submit')}
      </button>
    </form>
  );
}
