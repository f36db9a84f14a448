import { describe, expect, it } from 'vitest';

import { type Api, ApiError, type PostOptions } from '../../shared/api';
import { send } from './send';

interface Call {
  key: string | null | undefined;
}

/** An API that answers each call with the next of these. */
function scripted(answers: (number | object)[]): { api: Pick<Api, 'post'>; calls: Call[] } {
  const calls: Call[] = [];
  const post = <T>(_path: string, _body?: object, options?: PostOptions): Promise<T> => {
    calls.push({ key: options?.idempotencyKey });
    const answer = answers[calls.length - 1] ?? 0;
    if (typeof answer === 'number') {
      return Promise.reject(new ApiError({ status: answer, title: 'x', current: { now: 'else' } }));
    }
    return Promise.resolve(answer as T);
  };
  return { api: { post }, calls };
}

async function run(answers: (number | object)[]): Promise<{ end: object; calls: Call[] }> {
  const { api, calls } = scripted(answers);
  const end = await send(api, '/v1/offers/o1/accept', {}, {
    key: 'k1',
    wait: () => Promise.resolve(),
  });
  return { end, calls };
}

describe('a step', () => {
  it('is sent again with the same key while no answer comes', async () => {
    const { end, calls } = await run([0, 503, { ok: true }]);
    expect(end).toEqual({ kind: 'ok', body: { ok: true } });
    expect(calls.map(({ key }) => key)).toEqual(['k1', 'k1', 'k1']);
  });

  it('is given up after a bounded number of tries', async () => {
    const { end, calls } = await run([]);
    expect(end).toEqual({ kind: 'unanswered' });
    expect(calls).toHaveLength(5);
  });

  it('is not repeated when the server has said no', async () => {
    expect((await run([409])).end).toEqual({ kind: 'conflict', current: { now: 'else' } });
    const { end, calls } = await run([403]);
    expect(end).toEqual({ kind: 'refused', status: 403 });
    expect(calls).toHaveLength(1);
  });
});
