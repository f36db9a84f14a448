import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';

import { shownAt } from '../../console/model/local-time';
import { api } from '../../console/services';
import { useNowAs } from '../../console/state/now';
import { useSession } from '../../console/state/session';
import { useDistrict } from '../../console/state/use-district';
import { faultOf, queryOf, type Span, spanBefore, type SpanFault, spanOf } from '../model/span';
import { useAsked } from './asked';

/** Returns the district that is reported on: the one in the address where it is served, else the first. */
export function useReportDistrict(): string | undefined {
  const asked = useAsked(({ district }) => district);
  const served = useSession((session) => session.user?.districts);
  return served?.find((one) => one === asked) ?? served?.[0];
}

export function useZone(): string | undefined {
  return useDistrict(useReportDistrict()).data?.time_zone;
}

/** Returns which day it is by the district's clock; empty until that is known. */
export function useToday(): string {
  const zone = useZone();
  return useNowAs((now) => (zone === undefined ? '' : shownAt(now, zone).day));
}

export interface AskedSpan {
  span: Span;
  fault: SpanFault | null;
}

/** Returns the span that is asked for, this month where none is; null until the clock is known. */
export function useSpan(): AskedSpan | null {
  const asked = useAsked(({ span }) => span);
  const byHour = useAsked(({ tab, by }) => tab === 'summary' && by === 'hour');
  const today = useToday();
  if (asked === null && today === '') return null;
  const span = asked ?? spanOf('month', today);
  return { span, fault: faultOf(span, byHour) };
}

/** Asks for a path; null asks nothing. What was there before stays until the answer has come. */
export function useAnswer<T>(path: string | null): UseQueryResult<T> {
  const isIn = useSession((session) => session.stage === 'in');
  return useQuery({
    queryKey: ['reports', path],
    queryFn: ({ signal }) => api.get<T>(path ?? '', signal),
    enabled: isIn && path !== null,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    refetchOnWindowFocus: false,
  });
}

/** Returns the path of a report over the span that is asked for; null where that is none. */
export function useReportPath(report: string, rest: Record<string, string | undefined> = {}): string | null {
  const asked = useSpan();
  return usePathOf(report, asked === null || asked.fault !== null ? null : asked.span, rest);
}

/** Returns the path of the same report over the span before, where both are to be compared. */
export function usePathBefore(report: string, rest: Record<string, string | undefined> = {}): string | null {
  const asked = useSpan();
  const compare = useAsked((state) => state.compare);
  return usePathOf(report, asked === null || asked.fault !== null || !compare ? null : spanBefore(asked.span), rest);
}

export function usePathOf(report: string, span: Span | null, rest: Record<string, string | undefined> = {}): string | null {
  const zone = useZone();
  const district = useReportDistrict();
  if (span === null || zone === undefined || district === undefined) return null;
  return `/v1/reports/${report}?${queryOf(span, zone, { ...rest, district })}`;
}
