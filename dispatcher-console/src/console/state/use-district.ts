import { useQuery, type UseQueryResult } from '@tanstack/react-query';

import type { DistrictInfo } from '../../generated/DistrictInfo';
import { dayAndTime, timeOfDay } from '../../shared/format';
import { useSpeech } from '../i18n';
import { api } from '../services';
import { districtKey } from './keys';
import { useSession } from './session';

/** Returns the district this operator serves, or the one that is named. */
export function useDistrict(named?: string): UseQueryResult<DistrictInfo> {
  const first = useSession((session) => session.user?.districts[0]);
  const district = named ?? first;
  return useQuery({
    queryKey: districtKey(district ?? ''),
    queryFn: ({ signal }) => api.get<DistrictInfo>(`/v1/districts/${district}`, signal),
    enabled: district !== undefined,
    staleTime: Infinity,
  });
}

export interface Times {
  timeOfDay: (at: string | number) => string;
  dayAndTime: (at: string | number) => string;
}

/** Returns the ways to write a time: always in the district's zone, whatever the PC is set to. */
export function useTimes(): Times {
  const { lang } = useSpeech();
  const zone = useDistrict().data?.time_zone;
  return {
    timeOfDay: (at) => timeOfDay(at, lang, zone),
    dayAndTime: (at) => dayAndTime(at, lang, zone),
  };
}
