import { useQuery, type UseQueryResult } from '@tanstack/react-query';

import type { MapInfo } from '../../generated/MapInfo';
import { api } from '../services';
import { MAP_KEY } from './keys';

/** How often it is asked whether somebody imported another map. */
const ASK_MS = 60_000;

/** Returns which map the server has; another import is noticed without a reload. */
export function useMapInfo(): UseQueryResult<MapInfo> {
  return useQuery({
    queryKey: MAP_KEY,
    queryFn: ({ signal }) => api.get<MapInfo>('/v1/map', signal),
    refetchInterval: ASK_MS,
    staleTime: ASK_MS,
  });
}
