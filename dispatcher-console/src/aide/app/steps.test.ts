import { describe, expect, it } from 'vitest';

import type { OfferFile } from '../../generated/OfferFile';
import { type Api, ApiError } from '../../shared/api';
import { aFile, onDuty } from '../testing/files';
import { createSteps, type Steps } from './steps';
import { createStore, type Store } from './store';

interface Bench {
  store: Store;
  steps: Steps;
  posted: { path: string; body: object | undefined }[];
}

/** An aide with one offer, and a server that answers POSTs with this. */
function bench(answer: object | ApiError, read: OfferFile = aFile({ status: 'accepted' }, { seq: 11 })): Bench {
  const posted: Bench['posted'] = [];
  const api: Api = {
    get: <T>() => Promise.resolve(read as T),
    put: () => Promise.reject(new Error('unused')),
    delete: () => Promise.resolve(),
    post: <T>(path: string, body?: object) => {
      posted.push({ path, body });
      return answer instanceof ApiError ? Promise.reject(answer) : Promise.resolve(answer as T);
    },
  };
  const store = createStore(onDuty({ offers: [aFile()] }));
  return { store, steps: createSteps(api, store), posted };
}

const conflict = (current: unknown): ApiError => new ApiError({ status: 409, title: 'conflict', current });

describe('a step on an offer', () => {
  it('takes the file from the answer', async () => {
    const { store, steps, posted } = bench(aFile({ status: 'accepted' }, { seq: 11 }));
    await steps.take('o1', 'accept');
    expect(posted).toEqual([{ path: '/v1/offers/o1/accept', body: {} }]);
    expect(store.get().offers[0]?.offer.status).toBe('accepted');
    expect(store.get().sending).toBeNull();
  });

  it('reads a bare offer into the file known before', async () => {
    const { store, steps } = bench(aFile({ status: 'accepted' }).offer);
    await steps.take('o1', 'accept');
    expect(store.get().offers[0]).toMatchObject({ offer: { status: 'accepted' }, ticket: { number: 1042 } });
  });

  it('that came too late shows what is true now', async () => {
    const { store, steps } = bench(conflict(aFile({ status: 'expired' }, { seq: 11 })));
    await steps.take('o1', 'accept');
    expect(store.get().notices).toMatchObject([{ kind: 'missed' }]);
  });

  it('that is refused without saying what is true now is looked up', async () => {
    const withdrawn = aFile({ status: 'withdrawn' }, { seq: 11 });
    const { store, steps } = bench(conflict(undefined), withdrawn);
    await steps.take('o1', 'accept');
    expect(store.get().notices).toMatchObject([{ kind: 'cancelled', why: 'withdrawn' }]);
  });

  it('that the state does not allow says so on the offer', async () => {
    const { store, steps } = bench(conflict(aFile({ status: 'accepted' }, { seq: 11 })));
    await steps.take('o1', 'done');
    expect(store.get().sending).toMatchObject({ state: 'refused', status: 409 });
    steps.dismiss();
    expect(store.get().sending).toBeNull();
  });

  it('waits until the one before has ended', async () => {
    const { steps, posted } = bench(aFile({ status: 'accepted' }, { seq: 11 }));
    await Promise.all([steps.take('o1', 'accept'), steps.take('o1', 'decline', { reason: '太远' })]);
    expect(posted).toHaveLength(1);
  });
});
