import { describe, expect, it } from 'vitest';

import { aFile } from '../../aide/testing/files';
import { ApiError } from '../../shared/api';
import { Link } from './link';

const problem = (status: number, current?: unknown): ApiError => new ApiError({ status, title: 'no', current });

/** A server that answers from lists, the last again and again, and a clock that stands. */
function outside(answers: Record<string, readonly unknown[]>) {
  const asked: string[] = [];
  const keys: unknown[] = [];
  const waits: (() => void)[] = [];
  const left = new Map(Object.entries(answers).map(([path, list]) => [path, [...list]]));
  const answer = async <T>(path: string): Promise<T> => {
    asked.push(path);
    const list = left.get(path) ?? [problem(401)];
    const next = list.length > 1 ? list.shift() : list[0];
    if (next instanceof Error) throw next;
    return next as T;
  };
  let opened = 0;
  return {
    asked,
    keys,
    opened: () => opened,
    /** Lets the time of all who wait pass. */
    pass: async () => {
      for (const done of waits.splice(0)) done();
      await new Promise((resolve) => setTimeout(resolve, 0));
    },
    world: {
      api: {
        get: answer,
        post: <T>(path: string, _body?: object, options?: { idempotencyKey?: string | null }) => {
          keys.push(options?.idempotencyKey);
          return answer<T>(path);
        },
      },
      now: () => 1_000,
      isHidden: () => false,
      wait: () => new Promise<void>((resolve) => waits.push(resolve)),
      opened: () => {
        opened += 1;
      },
    },
  };
}

const OFFER = '/v1/offer-links/offer';
const OPEN = '/v1/offer-links/open';
const FILE = aFile({ status: 'offered' });

describe('a link', () => {
  it('is not opened by loading the page, and by a tap once', async () => {
    const { world, asked, opened, keys } = outside({ [OPEN]: [FILE] });
    const link = new Link(world, 'token', 'key');
    await link.start();
    expect(link.state.phase).toBe('closed');
    expect(asked).not.toContain(OPEN);
    await link.open();
    expect(link.state.phase).toBe('in');
    expect([opened(), ...keys]).toEqual([1, 'key']);
  });

  it('keeps its key from try to try while no answer comes', async () => {
    const { world, keys } = outside({ [OPEN]: [problem(0), problem(503), FILE] });
    const link = new Link(world, 'token', 'key');
    await link.start();
    await link.open();
    expect(link.state).toMatchObject({ phase: 'closed', opening: false, lostSince: 1_000 });
    await link.open();
    await link.open();
    expect(link.state).toMatchObject({ phase: 'in', lostSince: null });
    expect(keys).toEqual(['key', 'key', 'key']);
  });

  it.each([
    [403, 'elsewhere'],
    [404, 'invalid'],
  ] as const)('that is refused with %s says %s', async (status, failure) => {
    const { world } = outside({ [OPEN]: [problem(status)] });
    const link = new Link(world, 'token', 'key');
    await link.start();
    await link.open();
    expect(link.state).toMatchObject({ phase: 'failed', failure });
  });

  it('that comes too late says how it ended', async () => {
    const over = { ...aFile({ status: 'withdrawn' }).offer, withdrawn_why: 'place_taken' };
    const { world } = outside({ [OPEN]: [problem(409, over)] });
    const link = new Link(world, 'token', 'key');
    await link.start();
    await link.open();
    expect(link.state).toMatchObject({ phase: 'over', ending: 'taken' });
  });

  it('whose phone has the right already goes on at once; without either the page says so', async () => {
    const known = outside({ [OFFER]: [FILE] });
    const link = new Link(known.world, null, 'key');
    await link.start();
    expect(link.state.phase).toBe('in');
    const nobody = new Link(outside({}).world, null, 'key');
    await nobody.start();
    expect(nobody.state).toMatchObject({ phase: 'failed', failure: 'nobody' });
  });

  it('of another offer than the one in hand waits for its own tap', async () => {
    const { world } = outside({ [OFFER]: [FILE] });
    const link = new Link(world, 'A'.repeat(43), 'key');
    await link.start();
    expect(link.state.phase).toBe('closed');
  });
});

describe('the offer in hand', () => {
  const opened = async (answers: Record<string, readonly unknown[]>) => {
    const made = outside({ [OPEN]: [FILE], [OFFER]: [problem(401), FILE], ...answers });
    const link = new Link(made.world, 'token', 'key');
    await link.start();
    await link.open();
    return { ...made, link };
  };

  it('is asked for again and again, and its withdrawal is heard', async () => {
    const { link, pass } = await opened({ [OFFER]: [problem(401), FILE, problem(0), aFile({ status: 'withdrawn' })] });
    await pass();
    expect(link.state.phase).toBe('in');
    await pass();
    expect(link.state.lostSince).toBe(1_000);
    await pass();
    expect(link.state).toMatchObject({ phase: 'over', ending: 'withdrawn', lostSince: null });
  });

  it('takes a step that got no answer again until it has one', async () => {
    const accept = '/v1/offer-links/accept';
    const accepted = aFile({ status: 'accepted' });
    const { link, pass, asked } = await opened({
      [accept]: [problem(0), problem(503), accepted],
      [OFFER]: [problem(401), accepted],
    });
    const taken = link.take('accept');
    await pass();
    expect(link.state).toMatchObject({ pending: 'accept', phase: 'in' });
    expect(link.state.file?.offer.status).toBe('offered');
    for (let times = 0; times < 4; times += 1) await pass();
    await taken;
    expect(link.state).toMatchObject({ pending: null, refused: null });
    expect(link.state.file?.offer.status).toBe('accepted');
    expect(asked.filter((path) => path === accept)).toHaveLength(3);
  });

  it('tells that a step was refused, and how things are', async () => {
    const { link } = await opened({
      '/v1/offer-links/accept': [problem(409)],
      [OFFER]: [problem(401), aFile({ status: 'expired' })],
    });
    void link.take('accept');
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(link.state).toMatchObject({ phase: 'over', ending: 'expired', pending: null });
  });

  it('takes one step at a time', async () => {
    const { link, asked } = await opened({ '/v1/offer-links/accept': [problem(0)] });
    void link.take('accept');
    await link.take('decline', '太远');
    expect(asked).not.toContain('/v1/offer-links/decline');
  });
});
