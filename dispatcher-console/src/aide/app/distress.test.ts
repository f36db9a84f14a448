import { describe, expect, it } from 'vitest';

import { ApiError, type Api } from '../../shared/api';
import { aTicket, NOON, onDuty } from '../testing/files';
import { sendDistress } from './distress';
import { createStore } from './store';

/** An API that answers each post in turn, and keeps what was sent. */
function answering(...answers: (object | number)[]): { api: Pick<Api, 'post'>; bodies: object[] } {
  const bodies: object[] = [];
  const post = async (_path: string, body: object = {}): Promise<unknown> => {
    bodies.push(body);
    const answer = answers[bodies.length - 1];
    if (typeof answer === 'object') return answer;
    throw new ApiError({ status: answer ?? 0, title: 'no' });
  };
  return { api: { post: post as Api['post'] }, bodies };
}

const atOnce = async (): Promise<void> => undefined;

describe('the own SOS', () => {
  it('is called received only after the answer, and tried until then', async () => {
    const store = createStore(onDuty());
    const told: string[] = [];
    store.subscribe(() => told.push(store.get().distress.kind));
    const { api, bodies } = answering(0, 503, 409, aTicket({ number: 88 }));
    await sendDistress(api, store, () => NOON, atOnce);
    expect(told).toEqual(['sending', 'sending', 'sending', 'sending', 'received']);
    expect(bodies).toHaveLength(4);
    expect(store.get().distress).toEqual({ kind: 'received', at: NOON, number: 88 });
  });

  it('tells where the phone is by each try, and goes without a place', async () => {
    const fix = { lat: 24.5, lon: 117.6, accuracy_m: 10, speed_mps: null, at: NOON };
    const store = createStore(onDuty({ position: { kind: 'unsent', fix } }));
    const { api, bodies } = answering(0, aTicket());
    await sendDistress(api, store, () => NOON, async () => store.tell({ type: 'position', position: { kind: 'off' } }));
    expect(bodies).toEqual([{ lat: 24.5, lon: 117.6 }, {}]);
  });

  it('says so when it is refused, instead of trying for ever', async () => {
    const store = createStore(onDuty());
    const { api, bodies } = answering(403);
    await sendDistress(api, store, () => NOON, atOnce);
    expect(bodies).toHaveLength(1);
    expect(store.get().distress).toEqual({ kind: 'failed', status: 403 });
  });
});
