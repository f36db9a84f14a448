import type { UseQueryResult } from '@tanstack/react-query';

import type { Told } from './state/use-polled';
import type { Age } from './Tile';

/** Returns how old an answer is; `at` where the answer itself says of when it is. */
export function ageOf<T>({ data, isError }: UseQueryResult<Told<T>>, every_s: number, at: number | null = data?.at ?? null): Age {
  return { at, every_s, failed: isError };
}
