import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';

import type { Key } from '../../generated/Key';
import { api } from '../services';
import { keysKey } from '../state/keys';

/** A colleague may give a key out meanwhile. */
const REFRESH_MS = 30_000;

export interface Keys {
  keys: UseQueryResult<Key[]>;
  renew: () => void;
}

/** Returns a senior's keys, cards and codes; never a code itself. */
export function useKeys(senior: string): Keys {
  const client = useQueryClient();
  const keys = useQuery({
    queryKey: keysKey(senior),
    queryFn: async ({ signal }) => (await api.get<{ items: Key[] }>(`/v1/seniors/${senior}/keys`, signal)).items,
    refetchInterval: REFRESH_MS,
  });
  return { keys, renew: () => void client.invalidateQueries({ queryKey: keysKey(senior) }) };
}
