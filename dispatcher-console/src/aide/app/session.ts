import type { Session } from '../../generated/Session';
import { type Api, ApiError } from '../../shared/api';
import type { Person } from '../model/state';
import type { Store } from './store';

export type LoginProblem =
  | { key: 'wrong' | 'too_many' | 'unreachable' }
  | { key: 'refused'; status: number };

/** Logs in; returns what was wrong, null when all is well. */
export async function logIn(
  api: Api,
  store: Store,
  username: string,
  password: string,
): Promise<LoginProblem | null> {
  try {
    const { user } = await api.post<Session>('/v1/session', { username, password }, { idempotencyKey: null });
    store.tell({ type: 'session', session: { phase: 'in', user } });
    return null;
  } catch (error) {
    if (!(error instanceof ApiError) || error.unreachable) return { key: 'unreachable' };
    if (error.status === 401) return { key: 'wrong' };
    if (error.status === 429) return { key: 'too_many' };
    return { key: 'refused', status: error.status };
  }
}

/** Without an answer for so long the page opens for whoever used it last. */
const PATIENCE_MS = 2_500;

/**
 * Takes up the session of the cookie. Without an answer the page opens for whoever used this phone last,
 * until a request says otherwise; with nobody to remember it asks again, then shows the log-in form.
 */
export async function resume(api: Pick<Api, 'get'>, store: Store, last: Person | null): Promise<void> {
  const PAUSES_MS = [1_000, 2_000, 4_000, 8_000];
  const openForLast = (): void => {
    if (last !== null && store.get().session.phase === 'checking') {
      store.tell({ type: 'session', session: { phase: 'in', user: last } });
    }
  };
  const patience = setTimeout(openForLast, PATIENCE_MS);
  for (let attempt = 0; ; attempt += 1) {
    try {
      const { user } = await api.get<Session>('/v1/session');
      clearTimeout(patience);
      return store.tell({ type: 'session', session: { phase: 'in', user } });
    } catch (error) {
      const passing = !(error instanceof ApiError) || error.unreachable || error.status >= 500;
      if (passing) openForLast();
      const pause = PAUSES_MS[attempt];
      if (passing && pause !== undefined) {
        await new Promise((resolve) => setTimeout(resolve, pause));
        continue;
      }
      clearTimeout(patience);
      // Whoever is in stays in until a request says that nobody is; then it is said why.
      if (store.get().session.phase === 'checking') store.tell({ type: 'session', session: { phase: 'out', why: 'fresh' } });
      return;
    }
  }
}
