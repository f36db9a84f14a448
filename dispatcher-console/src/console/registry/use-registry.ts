import { type QueryClient, useInfiniteQuery, type UseInfiniteQueryResult, useQuery, type UseQueryResult } from '@tanstack/react-query';

import type { Device } from '../../generated/Device';
import type { DistrictRow } from '../../generated/DistrictRow';
import type { RegistryChange } from '../../generated/RegistryChange';
import type { RegistryResponder } from '../../generated/RegistryResponder';
import type { Senior } from '../../generated/Senior';
import { searchBody } from '../model/search';
import { useDistrictQuery } from '../roster/use-roster';
import { api } from '../services';

/** A page of a list. */
interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export type Pages<T> = UseInfiniteQueryResult<T[]>;

export interface SeniorFilter {
  village: string;
  category: string;
  sort: string;
}

function usePages<T>(name: string, path: string, query: Record<string, string>, enabled = true): Pages<T> {
  return useInfiniteQuery({
    queryKey: ['registry', name, query],
    queryFn: ({ signal, pageParam }) => {
      const asked = new URLSearchParams({ ...query, ...(pageParam === null ? {} : { cursor: pageParam }) });
      return api.get<Page<T>>(`${path}?${asked.toString()}`, signal);
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    select: ({ pages }) => pages.flatMap(({ items }) => items),
    enabled,
  });
}

/** Returns seniors page by page; no name stands in an address. */
export function useSeniors({ village, category, sort }: SeniorFilter, enabled: boolean): Pages<Senior> {
  const filter = Object.fromEntries(Object.entries({ village, category, sort }).filter(([, value]) => value !== ''));
  return usePages('seniors', '/v1/seniors', filter, enabled);
}

/** Returns who was found, at most 50. */
export function useFoundSeniors(text: string): UseQueryResult<Senior[]> {
  return useQuery({
    queryKey: ['registry', 'found', text],
    queryFn: async () => {
      const found = await api.post<Page<Senior>>('/v1/seniors/search', searchBody(text), { idempotencyKey: null });
      return found.items;
    },
    enabled: text !== '',
  });
}

export function useResponders(): UseQueryResult<RegistryResponder[]> {
  const district = useDistrictQuery();
  return useQuery({
    queryKey: ['registry', 'responders'],
    queryFn: async ({ signal }) =>
      (await api.get<Page<RegistryResponder>>(`/v1/responders?${new URLSearchParams(district).toString()}`, signal)).items,
  });
}

export function useDevices(): Pages<Device> {
  return usePages('devices', '/v1/devices', { limit: '200' });
}

export function useDistricts(): UseQueryResult<DistrictRow[]> {
  return useQuery({
    queryKey: ['registry', 'districts'],
    queryFn: async ({ signal }) => (await api.get<Page<DistrictRow>>('/v1/districts', signal)).items,
  });
}

/** Returns what happened to a file, once somebody asks for it. */
export function useChanges(path: string, enabled: boolean): UseQueryResult<RegistryChange[]> {
  return useQuery({
    queryKey: ['registry', 'changes', path],
    queryFn: async ({ signal }) => (await api.get<Page<RegistryChange>>(`${path}/changes`, signal)).items,
    enabled,
  });
}

/** Asks anew for all that the registry shows, after a change. */
export function renewRegistry(client: QueryClient): void {
  for (const key of ['registry', 'senior', 'devices']) void client.invalidateQueries({ queryKey: [key] });
}
