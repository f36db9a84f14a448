import type { UseQueryResult } from '@tanstack/react-query';

import { useNowAs } from '../../console/state/now';
import { api } from '../../console/services';
import { useDistrict } from '../../console/state/use-district';
import { shownAt } from '../../console/model/local-time';
import type { CoverNow } from '../../generated/CoverNow';
import type { CoverageNow, Isochrones, MeasureResult, ServiceHealth, StandbySuggestions, TelephoneInfo } from '../model/answers';
import { EVERY_S } from '../model/polling';
import { reportPath } from '../model/report';
import { useBoardDistrict } from './district';
import { askReady, type Readiness } from './readiness';
import { type Told, usePolled } from './use-polled';

/** Returns the coverage of all that is served. */
export function useCoverage(): UseQueryResult<Told<CoverageNow>> {
  return usePolled({
    key: ['coverage'],
    every_s: EVERY_S.coverage,
    ask: async (signal) => api.get<CoverageNow>('/v1/coverage', signal),
  });
}

/** Returns the areas within reach of one district. */
export function useAreas(): UseQueryResult<Told<Isochrones>> {
  const district = useBoardDistrict();
  return usePolled({
    key: ['areas', district ?? ''],
    every_s: EVERY_S.areas,
    ask: async (signal) => api.get<Isochrones>(`/v1/coverage/isochrones?${queryOf(district)}`, signal),
    when: district !== undefined,
  });
}

/** Returns where people could wait instead; it costs the server seconds, so it is asked seldom. */
export function useStandby(wanted: boolean): UseQueryResult<Told<StandbySuggestions>> {
  const district = useBoardDistrict();
  return usePolled({
    key: ['standby', district ?? ''],
    every_s: EVERY_S.standby,
    ask: async (signal) => api.get<StandbySuggestions>(`/v1/standby?${queryOf(district)}`, signal),
    when: wanted && district !== undefined,
  });
}

/** Returns how one district is covered by who is on duty, and where the roster has gaps. */
export function useCoverOfShifts(): UseQueryResult<Told<CoverNow>> {
  const district = useBoardDistrict();
  return usePolled({
    key: ['shifts', district ?? ''],
    every_s: EVERY_S.cover,
    ask: async (signal) => api.get<CoverNow>(`/v1/cover?${queryOf(district)}`, signal),
    when: district !== undefined,
  });
}

/** Returns what today came to so far; the day is the district's. */
export function useToday(): UseQueryResult<Told<MeasureResult[]>> {
  const zone = useDistrict().data?.time_zone;
  const day = useNowAs((now) => (zone === undefined ? '' : shownAt(now, zone).day));
  return usePolled({
    key: ['today', day],
    every_s: EVERY_S.report,
    ask: async (signal) => api.get<MeasureResult[]>(reportPath(day, zone ?? 'UTC'), signal),
    when: day !== '',
  });
}

/** Returns whether the service can take and keep an alarm. */
export function useReadiness(): UseQueryResult<Told<Readiness>> {
  return usePolled({ key: ['ready'], every_s: EVERY_S.health, ask: askReady });
}

/** Returns how the service itself is. */
export function useHealth(): UseQueryResult<Told<ServiceHealth>> {
  return usePolled({
    key: ['health'],
    every_s: EVERY_S.health,
    ask: async (signal) => api.get<ServiceHealth>('/v1/service/health', signal),
  });
}

export function useTelephone(): UseQueryResult<Told<TelephoneInfo>> {
  return usePolled({
    key: ['telephone'],
    every_s: EVERY_S.telephone,
    ask: async (signal) => api.get<TelephoneInfo>('/v1/telephone', signal),
  });
}

function queryOf(district: string | undefined): string {
  return new URLSearchParams(district === undefined ? {} : { district }).toString();
}
