import { describe, expect, it, vi } from 'vitest';

import { ApiError, createApi, isStoreAway } from './api';

function answer(status: number, body: unknown): Response {
  return new Response(body === undefined ? null : JSON.stringify(body), { status });
}

function keyOf(call: Parameters<typeof fetch> | undefined): string | null {
  return new Headers(call?.[1]?.headers).get('idempotency-key');
}

describe('the api', () => {
  it('gives the JSON of an answer', async () => {
    const api = createApi({ fetch: async () => answer(200, { id: 't1' }) });
    expect(await api.get('/v1/tickets/t1')).toEqual({ id: 't1' });
  });

  it('turns a problem into an error with the thing as it is', async () => {
    const api = createApi({ fetch: async () => answer(409, { title: 'Conflict', detail: 'closed', current: { id: 't1' } }) });
    const error: unknown = await api.post('/v1/tickets/t1/answer').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 409, title: 'Conflict', message: 'closed', current: { id: 't1' }, unreachable: false });
  });

  it('knows the database that is away from a server that does not answer', async () => {
    const away = createApi({ fetch: async () => answer(503, { title: 'Service Unavailable', detail: 'the store is away' }) });
    const error: unknown = await away.post('/v1/tickets/t1/answer').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ storeAway: true, unreachable: false });
    expect(isStoreAway(error)).toBe(true);
    expect(isStoreAway(new ApiError({ status: 0, title: 'unreachable' }))).toBe(false);
    expect(isStoreAway(new TypeError('ours'))).toBe(false);
  });

  it('survives a proxy that answers with its own page', async () => {
    const api = createApi({ fetch: async () => new Response('<html>', { status: 502, statusText: 'Bad Gateway' }) });
    await expect(api.get('/v1/tickets')).rejects.toMatchObject({ status: 502, title: 'Bad Gateway' });
  });

  it('reports a missing session, but not a wrong password', async () => {
    const onUnauthorized = vi.fn();
    const api = createApi({ fetch: async () => answer(401, { title: 'Unauthorized' }), onUnauthorized });
    await api.post('/v1/session', {}, { idempotencyKey: null }).catch(() => undefined);
    expect(onUnauthorized).not.toHaveBeenCalled();
    await api.get('/v1/session').catch(() => undefined);
    expect(onUnauthorized).toHaveBeenCalledOnce();
  });

  it('does not take an answer from before a log-in for the end of the new session', async () => {
    const late: ((response: Response) => void)[] = [];
    const asked: string[] = [];
    const onUnauthorized = vi.fn();
    const send: typeof fetch = (input, init) => {
      asked.push(`${init?.method} ${String(input)}`);
      if (String(input) === '/v1/session') return Promise.resolve(answer(200, {}));
      if (asked.filter((it) => it === asked.at(-1)).length > 1) return Promise.resolve(answer(200, { again: true }));
      return new Promise((resolve) => late.push(resolve));
    };
    const api = createApi({ fetch: send, onUnauthorized });
    const read = api.get('/v1/tickets');
    const done = api.post('/v1/tickets/t1/answer');
    await api.post('/v1/session', {}, { idempotencyKey: null });
    for (const resolve of late) resolve(answer(401, {}));
    expect(await read).toEqual({ again: true });
    await expect(done).rejects.toMatchObject({ status: 401 }); // by whom would it be done now?
    expect(onUnauthorized).not.toHaveBeenCalled();
    expect(asked).toEqual(['GET /v1/tickets', 'POST /v1/tickets/t1/answer', 'POST /v1/session', 'GET /v1/tickets']);
  });

  it('repeats an unanswered POST once, under the same key', async () => {
    const send = vi.fn<typeof fetch>();
    send.mockRejectedValueOnce(new TypeError('network')).mockResolvedValueOnce(answer(200, {}));
    await createApi({ fetch: send, retry_after_ms: 1 }).post('/v1/offers/o1/accept');
    expect(send).toHaveBeenCalledTimes(2);
    expect(keyOf(send.mock.calls[0])).toMatch(/^[0-9a-f-]{36}$/);
    expect(keyOf(send.mock.calls[1])).toBe(keyOf(send.mock.calls[0]));
  });

  it('repeats nothing under the session of somebody who logged in meanwhile', async () => {
    const send = vi.fn<typeof fetch>();
    send.mockRejectedValueOnce(new TypeError('network')).mockResolvedValueOnce(answer(200, {}));
    const api = createApi({ fetch: send, retry_after_ms: 1 });
    const step = api.post('/v1/offers/o1/depart');
    await api.post('/v1/session', {}, { idempotencyKey: null });
    await expect(step).rejects.toMatchObject({ unreachable: true });
    expect(send).toHaveBeenCalledTimes(2);
  });

  it('does not repeat what was refused', async () => {
    const send = vi.fn<typeof fetch>(async () => answer(403, {}));
    await createApi({ fetch: send, retry_after_ms: 1 }).post('/v1/offers/o1/accept').catch(() => undefined);
    expect(send).toHaveBeenCalledOnce();
  });

  it('gives up after a while', async () => {
    const never: typeof fetch = (_, init) =>
      new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(new Error('aborted'))));
    await expect(createApi({ fetch: never, timeout_ms: 5 }).get('/x')).rejects.toMatchObject({ unreachable: true });
  });
});
