import { useQuery, type UseQueryResult } from '@tanstack/react-query';

import type { SeniorFile } from '../../generated/SeniorFile';
import { api } from '../services';
import { seniorKey } from '../state/keys';

/** Devices speak without an event of any ticket. */
const REFRESH_MS = 10_000;

export function useSeniorFile(id: string): UseQueryResult<SeniorFile> {
  return useQuery({
    queryKey: seniorKey(id),
    queryFn: ({ signal }) => api.get<SeniorFile>(`/v1/seniors/${encodeURIComponent(id)}`, signal),
    refetchInterval: REFRESH_MS,
  });
}
