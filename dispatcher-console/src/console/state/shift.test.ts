import { beforeEach, describe, expect, it, vi } from 'vitest';

import { at, NOON } from '../testing/samples';
import { loggedIn, loggedOut } from './session';
import { choose, startPresence, useShift } from './shift';

const { put } = vi.hoisted(() => ({ put: vi.fn() }));
vi.mock('../services', () => ({ api: { put, get: async () => ({ items: [] }) }, clock: { now: () => NOON } }));

const me = { id: 'u1', name: '林', role: 'operator', districts: ['d1'] };
const says = (state: string) => ({ items: [{ user: 'u1', name: '林', state, since: at() }] });
const told = () => useShift.getState().state;

/** What a request is answered with, once the story wants it. */
function answer(): { with: (body: object) => void; promise: Promise<object> } {
  let done: (body: object) => void = () => undefined;
  return { promise: new Promise((resolve) => (done = resolve)), with: (body) => done(body) };
}

describe('what somebody does', () => {
  let stop = (): void => undefined;

  beforeEach(() => {
    stop();
    vi.useFakeTimers();
    loggedOut();
    loggedIn(me as never);
    put.mockReset().mockResolvedValue(says('ready'));
  });

  it('is not overwritten by the answer to what was asked before it was chosen', async () => {
    const [beat, choice] = [answer(), answer()];
    put.mockReturnValueOnce(beat.promise).mockReturnValueOnce(choice.promise);
    stop = startPresence();
    const chosen = choose('break');
    beat.with(says('ready'));
    await vi.advanceTimersByTimeAsync(0);
    expect(told()).toBe('break');
    choice.with(says('break'));
    expect(await chosen).toBe(true);
    expect(told()).toBe('break');
  });

  it('stands when it could not be told, and is told again', async () => {
    stop = startPresence();
    await vi.advanceTimersByTimeAsync(0);
    put.mockRejectedValueOnce(new Error('no way there'));
    expect(await choose('break')).toBe(false);
    expect(told()).toBe('break');
    put.mockResolvedValue(says('break'));
    await vi.advanceTimersByTimeAsync(15_000);
    expect(put).toHaveBeenLastCalledWith('/v1/me/desk', { state: 'break' });
    await vi.advanceTimersByTimeAsync(15_000);
    expect(put).toHaveBeenLastCalledWith('/v1/me/desk', {});
    expect(told()).toBe('break');
  });

  it('is not moved by a window that is no desk', async () => {
    stop = startPresence();
    await vi.advanceTimersByTimeAsync(0);
    useShift.setState({ state: 'busy', since: NOON }); // and nothing in hand
    await vi.advanceTimersByTimeAsync(10_000);
    expect(told()).toBe('busy');
    expect(put).toHaveBeenCalled();
    expect(put.mock.calls.every(([, news]) => !('state' in (news as object)))).toBe(true);
  });
});
