import type { Session } from '../../generated/Session';
import { type Api, ApiError } from '../../shared/api';
import { setDuty } from './duty';
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

/** Takes up the session of the cookie; asks again while no answer comes, then shows the log-in form. */
export async function resume(api: Api, store: Store): Promise<void> {
  const PAUSES_MS = [1_000, 2_000, 4_000, 8_000];
  for (let attempt = 0; ; attempt += 1) {
    try {
      const { user } = await api.get<Session>('/v1/session');
      return store.tell({ type: 'session', session: { phase: 'in', user } });
    } catch (error) {
      const pause = PAUSES_MS[attempt];
      const passing = !(error instanceof ApiError) || error.unreachable || error.status >= 500;
      if (!passing || pause === undefined) {
        return store.tell({ type: 'session', session: { phase: 'out', why: 'fresh' } });
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/** Goes off duty, so that nobody waits for a phone that is logged out, and ends the session. */
export async function logOut(api: Api, store: Store): Promise<void> {
  if (store.get().duty.on === true) await setDuty(api, store, false, store.get().duty.travel);
  await api.delete('/v1/session').catch(() => undefined);
  store.tell({ type: 'session', session: { phase: 'out', why: 'fresh' } });
}
