import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';

import type { UnknownDevice } from '../../generated/UnknownDevice';
import { strangersFirst } from '../model/devices';
import { api } from '../services';
import { UNKNOWN_KEY } from '../state/keys';

const WHILE_OPEN_MS = 30_000;
const WHILE_CLOSED_MS = 120_000;

export type UnknownQuery = UseQueryResult<{ items: UnknownDevice[] }>;

/** Returns the devices that speak and are nobody's (陌生终端), those that alarmed first. */
export function useUnknownDevices(open: boolean): { devices: UnknownDevice[]; query: UnknownQuery } {
  const query = useQuery({
    queryKey: UNKNOWN_KEY,
    queryFn: ({ signal }) => api.get<{ items: UnknownDevice[] }>('/v1/devices/unknown', signal),
    refetchInterval: open ? WHILE_OPEN_MS : WHILE_CLOSED_MS,
  });
  const items = query.data?.items;
  return { devices: useMemo(() => strangersFirst(items ?? []), [items]), query };
}
