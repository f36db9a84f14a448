import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';

import type { Ticket } from '../../generated/Ticket';
import type { TicketFile } from '../../generated/TicketFile';
import { api } from '../services';
import { useFeed } from '../state/feed-store';
import { fileKey } from '../state/keys';

/** ETAs and candidates change as people move, without an event of the ticket. */
const REFRESH_MS = 10_000;

export interface OpenFile {
  /** The newest that is known, from the feed or the file. */
  ticket: Ticket | null;
  file: UseQueryResult<TicketFile>;
}

/** Returns an open ticket's file; the feed's ticket shows at once, the rest follows. */
export function useTicketFile(id: string): OpenFile {
  const fed = useFeed((feed) => feed.tickets.get(id)) ?? null;
  const file = useQuery({
    queryKey: fileKey(id),
    queryFn: ({ signal }) => api.get<TicketFile>(`/v1/tickets/${id}`, signal),
    refetchInterval: ({ state }) => (state.data?.ticket.status === 'closed' ? false : REFRESH_MS),
  });
  const filed = file.data?.ticket ?? null;

  // A request that was under way when an event came is answered with what was true before it, and
  // renewing does not repeat a first request: so ask once more for each event it has missed.
  const asked = useRef(0);
  const { isFetching, refetch } = file;
  useEffect(() => {
    if (isFetching || fed === null || filed === null || filed.seq >= fed.seq || asked.current >= fed.seq) return;
    asked.current = fed.seq;
    void refetch();
  }, [isFetching, refetch, fed, filed]);

  const ticket = fed === null || (filed !== null && filed.seq > fed.seq) ? filed : fed;
  return { ticket, file };
}
