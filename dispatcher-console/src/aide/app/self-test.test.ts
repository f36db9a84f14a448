import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Api } from '../../shared/api';
import { initialState } from '../model/state';
import { type Phone, SelfTestRun } from './self-test';
import { createStore } from './store';

const AT = '2026-11-23T08:00:00.000Z';

function bench(phone: Partial<Phone> = {}, api: Partial<Record<'get' | 'put', unknown>> = {}) {
  const put = vi.fn(async (_path: string, _body: object) => ({ at: AT, parts: {} }));
  const store = createStore(initialState('ebike', null));
  const told: number[] = [];
  const run = new SelfTestRun(
    { get: vi.fn(async () => ({})), put, ...api } as unknown as Pick<Api, 'get' | 'put'>,
    store,
    {
      ring: () => ({ sound: true, vibration: true }),
      askNotifications: async () => 'granted',
      geolocation: { getCurrentPosition: (found) => found({} as GeolocationPosition) },
      keeps: () => true,
      ...phone,
    },
    (at) => told.push(at),
  );
  return { run, put, told, state: () => store.get().selfTest };
}

describe('the self-test', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('asks for what only a person can say, and then tells the centre', async () => {
    const { run, put, told, state } = bench();
    await run.start();
    expect(state()).toMatchObject({ running: true, told: 'no' });
    expect(put).not.toHaveBeenCalled();
    run.answer('sound', true);
    run.answer('vibration', false);
    await vi.waitFor(() => expect(state().told).toBe('yes'));
    const parts = { sound: 'works', vibration: 'failed', notification: 'works', position: 'works', connection: 'works', storage: 'works' };
    expect(put).toHaveBeenCalledExactlyOnceWith('/v1/me/self-test', { parts });
    expect(told).toEqual([Date.parse(AT)]);
    expect(state()).toMatchObject({ running: false, at: Date.parse(AT) });
  });

  it('tells refused from missing from failed', async () => {
    const refusing = { code: 1, PERMISSION_DENIED: 1 } as GeolocationPositionError;
    const { run, state } = bench(
      {
        ring: () => ({ sound: false, vibration: false }),
        askNotifications: async () => 'denied',
        geolocation: { getCurrentPosition: (_found, failed) => failed?.(refusing) },
        keeps: () => false,
      },
      { get: vi.fn(async () => Promise.reject(new Error('no signal'))) },
    );
    await run.start();
    expect(state().parts).toEqual({
      sound: 'missing',
      vibration: 'missing',
      notification: 'refused',
      position: 'refused',
      connection: 'failed',
      storage: 'missing',
    });
    const poor = bench({ askNotifications: null, geolocation: null });
    await poor.run.start();
    expect(poor.state().parts).toMatchObject({ notification: 'missing', position: 'missing' });
  });

  it('waits for no answer that never comes', async () => {
    const { run, state } = bench({ geolocation: { getCurrentPosition: () => undefined } });
    const started = run.start();
    await vi.advanceTimersByTimeAsync(25_000);
    await started;
    expect(state().parts.position).toBe('failed');
  });

  it('says that the centre does not have it, and sends it when told to', async () => {
    const put = vi.fn().mockRejectedValueOnce(new Error('no signal')).mockResolvedValueOnce({ at: AT, parts: {} });
    const { run, state } = bench({ ring: () => ({ sound: false, vibration: false }) }, { put });
    await run.start();
    await vi.waitFor(() => expect(state().told).toBe('failed'));
    await run.send();
    expect(state().told).toBe('yes');
    await run.send();
    expect(put).toHaveBeenCalledTimes(2);
  });

  it('heeds no answer of a test that was begun before', async () => {
    let found: PositionCallback | undefined;
    const { run, state } = bench({ geolocation: { getCurrentPosition: (first) => (found ??= first) } });
    void run.start();
    await vi.advanceTimersByTimeAsync(0);
    void run.start();
    found?.({} as GeolocationPosition);
    await vi.advanceTimersByTimeAsync(0);
    expect(state().parts.position).toBeUndefined();
  });
});
