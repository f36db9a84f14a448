import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { ApiError } from '../../shared/api';
import { Leaving, type Left } from './leaving';

const AWAY = new ApiError({ status: 0, title: 'unreachable' });

function bench(remembered: Left | null = null) {
  const asked: string[] = [];
  const answers: (ApiError | null)[] = [];
  const answer = async (what: string): Promise<undefined> => {
    asked.push(what);
    const error = answers.shift() ?? null;
    if (error !== null) throw error;
  };
  let left = remembered;
  const leaving = new Leaving({
    api: { put: <T>(path: string) => answer(`PUT ${path}`) as Promise<T>, delete: (path) => answer(`DELETE ${path}`) },
    left: () => left,
    setLeft: (now) => (left = now),
  });
  return { leaving, asked, answers, left: () => left };
}

describe('who logs out', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('goes off duty first, so that nobody waits for them', async () => {
    const { leaving, asked, left } = bench();
    await leaving.begin({ offDuty: 'ebike' });
    expect(asked).toEqual(['PUT /v1/me/duty', 'DELETE /v1/session']);
    expect(left()).toBeNull();
  });

  it('without a signal is logged out as soon as there is one', async () => {
    const { leaving, asked, answers } = bench();
    answers.push(AWAY, AWAY);
    await leaving.begin({ offDuty: null });
    expect(leaving.isUnderWay).toBe(true);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(asked).toHaveLength(2);
    await leaving.settle(); // the signal is back
    expect(asked).toHaveLength(3);
    expect(leaving.isUnderWay).toBe(false);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(asked).toHaveLength(3);
  });

  it('is logged out after a reload, and when the session had ended anyway', async () => {
    const { leaving, asked, answers } = bench({ offDuty: 'walk' });
    expect(leaving.isUnderWay).toBe(true);
    answers.push(new ApiError({ status: 401, title: 'Unauthorized' }));
    await leaving.settle();
    expect(asked).toEqual(['PUT /v1/me/duty']);
    expect(leaving.isUnderWay).toBe(false);
  });

  it('does not end the session of whoever logged in since', async () => {
    const { leaving, asked, answers } = bench();
    answers.push(AWAY);
    await leaving.begin({ offDuty: null });
    leaving.forget();
    await vi.advanceTimersByTimeAsync(120_000);
    await leaving.settle();
    expect(asked).toHaveLength(1);
  });
});
