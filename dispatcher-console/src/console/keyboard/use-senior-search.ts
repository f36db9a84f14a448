import { useEffect, useState } from 'react';

import type { Senior } from '../../generated/Senior';
import { isEnough, seniorsFor } from '../model/palette';
import { searchBody } from '../model/search';
import { api } from '../services';

/** Between two keys of somebody who types on, nothing is asked, milliseconds. */
const PAUSE_MS = 180;

export interface SeniorSearch {
  seniors: Senior[];
  state: 'idle' | 'asking' | 'found' | 'failed';
  error: Error | null;
}

const NOTHING: SeniorSearch = { seniors: [], state: 'idle', error: null };

/** Returns the seniors that fit; while an input method composes, nothing is asked. What was asked before is dropped. */
export function useSeniorSearch(typed: string, composing: boolean): SeniorSearch {
  const [search, setSearch] = useState<SeniorSearch>(NOTHING);
  useEffect(() => {
    if (composing) return undefined;
    if (!isEnough(typed)) {
      setSearch(NOTHING);
      return undefined;
    }
    const stop = new AbortController();
    // What was found for other letters is gone at once: Enter must not open somebody else's file.
    setSearch({ seniors: [], state: 'asking', error: null });
    const timer = setTimeout(() => {
      api
        .post<{ items: Senior[] }>('/v1/seniors/search', searchBody(typed.trim()), { idempotencyKey: null, signal: stop.signal })
        .then(({ items }) => setSearch({ seniors: seniorsFor(items), state: 'found', error: null }))
        .catch((error: unknown) => {
          if (!stop.signal.aborted) setSearch({ seniors: [], state: 'failed', error: error instanceof Error ? error : new Error(String(error)) });
        });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [typed, composing]);
  return search;
}
