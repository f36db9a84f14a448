import { type InfiniteData, useInfiniteQuery, type UseInfiniteQueryResult } from '@tanstack/react-query';

import type { Ticket } from '../../generated/Ticket';
import { api } from '../services';
import { CALL_BACKS_KEY } from '../state/keys';
import { useSession } from '../state/session';

interface Page {
  items: Ticket[];
  next_cursor: string | null;
}

const LIMIT = 100;

/** A call becomes due without an event of any ticket. */
const REFRESH_MS = 30_000;

export interface CallBacks {
  due: Ticket[];
  query: UseInfiniteQueryResult<InfiniteData<Page>>;
}

/** Returns whom to call back; not part of the feed, so asked for. */
export function useCallBacks(): CallBacks {
  const districts = useSession((session) => session.user?.districts);
  const query = useInfiniteQuery({
    queryKey: CALL_BACKS_KEY,
    queryFn: ({ signal, pageParam }) => {
      const search = new URLSearchParams({ limit: String(LIMIT) });
      // Who serves several districts must name one, as for the feed.
      const [first, second] = districts ?? [];
      if (first !== undefined && second !== undefined) search.set('district', first);
      if (pageParam !== null) search.set('cursor', pageParam);
      return api.get<Page>(`/v1/follow-ups?${search.toString()}`, signal);
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: REFRESH_MS,
  });
  return { due: query.data?.pages.flatMap(({ items }) => items) ?? [], query };
}
