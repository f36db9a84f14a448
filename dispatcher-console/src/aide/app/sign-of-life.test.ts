import { expect, it, vi } from 'vitest';

import type { Api } from '../../shared/api';
import { SignOfLife } from './sign-of-life';

it('is told once for each offer, and again when it was not heard', async () => {
  let now = 0;
  const post = vi.fn<() => Promise<unknown>>().mockRejectedValueOnce(new Error('no signal')).mockResolvedValue({});
  const sign = new SignOfLife({ post } as unknown as Pick<Api, 'post'>, () => now);
  sign.given(null);
  expect(post).not.toHaveBeenCalled();
  sign.given('o1');
  sign.given('o1');
  expect(post).toHaveBeenCalledTimes(1);
  now = 3_000;
  sign.given('o1');
  await vi.waitFor(() => expect(post).toHaveBeenCalledTimes(2));
  await Promise.resolve();
  now = 60_000;
  sign.given('o1');
  expect(post).toHaveBeenCalledTimes(2);
  sign.given('o2');
  expect(post).toHaveBeenLastCalledWith('/v1/offers/o2/seen', {}, { idempotencyKey: null });
});
