import type { Session } from '../../generated/Session';
import { type Api, ApiError } from '../../shared/api';
import type { Store } from './store';

/**
 * Returns an API whose 403 is one to us.
 *
 * The browser sends the cookie of whoever logged in last, perhaps on another page of ours on the same phone.
 * A refusal to them says nothing of our own work: we are logged out, and what we sent waits for us. To take
 * it for an answer would tell somebody not to go to a senior who waits.
 */
export function asPerson(api: Pick<Api, 'get' | 'post'>, store: Store): Pick<Api, 'post'> {
  return {
    post: async (path, body, options) => {
      const { session: before } = store.get();
      try {
        return await api.post(path, body, options);
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 403 || before.phase !== 'in') throw error;
        // Without an answer nobody knows whose refusal it was, and the step is sent again.
        const { user } = await api.get<Session>('/v1/session');
        if (user.id === before.user.id) throw error;
        const { session: now } = store.get();
        // Whoever has logged in on this page meanwhile stays in.
        if (now.phase === 'in' && now.user.id === before.user.id) store.tell({ type: 'session', session: { phase: 'out', why: 'ended' } });
        throw new ApiError({ status: 401, title: 'somebody else is logged in on this phone' });
      }
    },
  };
}
