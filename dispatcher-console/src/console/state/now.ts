import { useSyncExternalStore } from 'react';

import { clock } from '../services';

const listeners = new Set<() => void>();
let now = clock.now();
let timer: ReturnType<typeof setTimeout> | undefined;

/** One tick a second for the whole page, on the server's full second, so that all figures move together. */
function tick(): void {
  now = clock.now();
  for (const listener of listeners) listener();
  timer = setTimeout(tick, 1000 - (now % 1000) + 5);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) tick();
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearTimeout(timer);
      timer = undefined;
    }
  };
}

/** Returns the server's time, Unix milliseconds, renewed each second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now, () => now);
}

/** Returns what follows from the server's time, and renews whoever asks only when that changes. */
export function useNowAs<T extends number | string | boolean>(of: (now: number) => T): T {
  return useSyncExternalStore(subscribe, () => of(now), () => of(now));
}
