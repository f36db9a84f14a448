import { describe, expect, it } from 'vitest';

import { type Api, ApiError } from '../../shared/api';
import { initialState } from '../model/state';
import { asPerson } from './as-person';
import { createStore, type Store } from './store';

/** A server that refuses a step with a status, and says who is logged in (null: no answer). */
function setUp(status: number, loggedIn: string | null): { store: Store; step: () => Promise<unknown>; asked: () => number } {
  let asked = 0;
  const store = createStore(initialState('ebike', null));
  const user = { id: 'u-1', name: '林助老', role: 'aide', responder: 'r-1' } as const;
  store.tell({ type: 'session', session: { phase: 'in', user } });
  const api: Pick<Api, 'get' | 'post'> = {
    post: () => Promise.reject(new ApiError({ status, title: 'no' })),
    get: <T>() => {
      asked += 1;
      if (loggedIn === null) return Promise.reject(new ApiError({ status: 0, title: 'unreachable' }));
      return Promise.resolve({ user: { ...user, id: loggedIn } } as T);
    },
  };
  return { store, step: () => asPerson(api, store).post('/v1/offers/o-1/depart').catch((error: ApiError) => error.status), asked: () => asked };
}

describe('a step that the server refuses', () => {
  it('is refused when it was our own session that may not', async () => {
    const { store, step } = setUp(403, 'u-1');
    expect(await step()).toBe(403);
    expect(store.get().session.phase).toBe('in');
  });

  it('waits for a log-in when the browser sent the session of somebody else', async () => {
    const { store, step } = setUp(403, 'u-2');
    expect(await step()).toBe(401);
    expect(store.get().session).toEqual({ phase: 'out', why: 'ended' });
  });

  it('is sent again when nobody says whose session it was', async () => {
    const { store, step } = setUp(403, null);
    expect(await step()).toBe(0);
    expect(store.get().session.phase).toBe('in');
  });

  it('raises no question with any other answer', async () => {
    const { step, asked } = setUp(409, 'u-2');
    expect(await step()).toBe(409);
    expect(asked()).toBe(0);
  });
});
