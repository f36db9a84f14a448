import { useQuery, type UseQueryResult } from '@tanstack/react-query';

import type { CoverNow } from '../../generated/CoverNow';
import type { Roster } from '../../generated/Roster';
import { dayAfter, momentOf } from '../model/local-time';
import { DAYS_SHOWN } from '../model/roster';
import { api } from '../services';
import { COVER_KEY, rosterKey } from '../state/keys';
import { useSession } from '../state/session';

/** What others change in the roster is seen after this. */
const AGAIN_MS = 30_000;

/** Who serves several districts must name one, as for the feed. */
export function useDistrictQuery(): Record<string, string> {
  const [first, second] = useSession((session) => session.user?.districts) ?? [];
  return first !== undefined && second !== undefined ? { district: first } : {};
}

/** Returns a week of the roster from a day on; nothing before the district's zone is known. */
export function useRoster(day: string, zone: string | undefined): UseQueryResult<Roster> {
  const district = useDistrictQuery();
  return useQuery({
    queryKey: rosterKey(day),
    queryFn: ({ signal }) => {
      const at = (it: string): string => new Date(momentOf({ day: it, time: '00:00' }, zone ?? 'UTC')).toISOString();
      const query = new URLSearchParams({ ...district, from: at(day), to: at(dayAfter(day, DAYS_SHOWN)) });
      return api.get<Roster>(`/v1/roster?${query.toString()}`, signal);
    },
    enabled: zone !== undefined && day !== '',
    refetchInterval: AGAIN_MS,
  });
}

/** Returns how the district is covered now. */
export function useCover(): UseQueryResult<CoverNow> {
  const district = useDistrictQuery();
  return useQuery({
    queryKey: COVER_KEY,
    queryFn: ({ signal }) => api.get<CoverNow>(`/v1/cover?${new URLSearchParams(district).toString()}`, signal),
    refetchInterval: AGAIN_MS,
  });
}
