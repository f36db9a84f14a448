import { describe, expect, it } from 'vitest';

import { ApiError } from '../../shared/api';
import { faceQuery } from './face-query';

const look = { senior: 's1', at: '2026-11-21T02:03:04.000Z', ticket: 't1' };
const retried = (status: number, failures = 0) => faceQuery(look).retry(failures, new ApiError({ status, title: 'x' }));

describe('a look at a face', () => {
  it('is asked for by each ticket, so that each has its line in the record', () => {
    expect(faceQuery(look).path).toBe('/v1/seniors/s1/face?ticket=t1');
    const keys = [look, { ...look, ticket: 't2' }, { ...look, ticket: undefined }].map((one) => JSON.stringify(faceQuery(one).queryKey));
    expect(new Set(keys).size).toBe(3);
  });

  it('is tried again when it came too soon, and not without end', () => {
    expect([retried(429), retried(429, 3)]).toEqual([true, false]);
  });

  it('is not tried again otherwise: it may be on record', () => {
    expect([0, 404, 500].map((status) => retried(status))).toEqual([false, false, false]);
  });
});
