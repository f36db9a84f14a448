import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';

import { clock } from '../../console/services';
import { useSession } from '../../console/state/session';
import { jittered_ms } from '../model/polling';

/** An answer, and when it came by the server's clock. */
export interface Told<T> {
  at: number;
  data: T;
}

interface Poll<T> {
  key: readonly string[];
  every_s: number;
  ask: (signal: AbortSignal) => Promise<T>;
  /** False while there is nothing to ask yet. */
  when?: boolean;
}

/** Asks again and again, while somebody is logged in and the page can be seen. */
export function usePolled<T>({ key, every_s, ask, when = true }: Poll<T>): UseQueryResult<Told<T>> {
  const isIn = useSession((session) => session.stage === 'in');
  // Chosen once: another one at each drawing would begin the waiting anew each time.
  const [interval_ms] = useState(() => jittered_ms(every_s));
  return useQuery({
    queryKey: ['board', ...key],
    queryFn: async ({ signal }) => {
      const data = await ask(signal);
      return { at: clock.now(), data };
    },
    enabled: isIn && when,
    refetchInterval: interval_ms,
    refetchIntervalInBackground: false,
    // The next question is the next try: a server in trouble is not asked more often.
    retry: false,
    staleTime: interval_ms,
  });
}
