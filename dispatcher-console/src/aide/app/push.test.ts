import { describe, expect, it, vi } from 'vitest';

import type { Api } from '../../shared/api';
import type { PushState } from '../model/state';
import { Push, type PushBrowser } from './push';

const KEY = 'BAEC'; // bytes 4, 1, 2
const KEYS = { p256dh: 'p', auth: 'a' };

function subscription(key: number[]): PushSubscription {
  const unsubscribe = vi.fn(async () => true);
  const options = { applicationServerKey: new Uint8Array(key).buffer };
  return { options, unsubscribe, toJSON: () => ({ endpoint: 'https://push.example/1', keys: KEYS }) } as unknown as PushSubscription;
}

function bench(more: Partial<PushBrowser> = {}, known: PushSubscription | null = null, key: string | null = KEY) {
  const states: PushState[] = [];
  const put = vi.fn(async () => undefined);
  const subscribe = vi.fn(async () => subscription([4, 1, 2]));
  const manager = { getSubscription: async () => known, subscribe };
  const push = new Push({
    api: { get: vi.fn(async () => ({ public_key: key })), put } as unknown as Pick<Api, 'get' | 'put'>,
    browser: { manager: () => Promise.resolve(manager), permission: () => 'granted', ask: async () => 'granted', ...more },
    onState: (state) => states.push(state),
  });
  return { push, states, put, subscribe };
}

describe('push', () => {
  it('is said anew under each log-in once it was allowed', async () => {
    const { push, states, put, subscribe } = bench({}, subscription([4, 1, 2]));
    await push.start();
    expect(put).toHaveBeenCalledExactlyOnceWith('/v1/me/push', { endpoint: 'https://push.example/1', keys: KEYS });
    expect(subscribe).not.toHaveBeenCalled();
    expect(states).toEqual(['on']);
  });

  it('is asked for by a tap only', async () => {
    const { push, states, put } = bench({ permission: () => 'default' });
    await push.start();
    expect([states, put.mock.calls.length]).toEqual([['ask'], 0]);
    await push.allow();
    expect(states).toEqual(['ask', 'asking', 'on']);
  });

  it('subscribes anew when the service has another key', async () => {
    const old = subscription([9, 9, 9]);
    const { push, subscribe } = bench({}, old);
    await push.start();
    expect(old.unsubscribe).toHaveBeenCalledOnce();
    expect(subscribe).toHaveBeenCalledOnce();
  });

  it('says what is in the way', async () => {
    const stateOf = async (more: Partial<PushBrowser>, key: string | null = KEY): Promise<PushState | undefined> => {
      const { push, states } = bench(more, null, key);
      await push.start();
      return states.at(-1);
    };
    expect(await stateOf({}, null)).toBe('off');
    expect(await stateOf({ manager: () => null })).toBe('missing');
    expect(await stateOf({ permission: () => null })).toBe('missing');
    expect(await stateOf({ permission: () => 'denied' })).toBe('denied');
    expect(await stateOf({ manager: () => Promise.reject(new Error('no push service')) })).toBe('failed');
  });
});
