import { useEffect, useState } from 'react';

import { isSoftware } from './graphics';

/** Long enough for a row and a file to be painted, short enough to look up at the map. */
const QUIET_MS = 400;

/**
 * Returns a value once it has been quiet for a moment, where the processor draws the map: an alarm's
 * row and file are painted first, and in a burst the map goes to the last of them only.
 */
export function useQuiet<T>(value: T): T {
  const [quiet, setQuiet] = useState(value);
  const slow = isSoftware();
  useEffect(() => {
    if (!slow) return undefined;
    const timer = setTimeout(() => setQuiet(value), QUIET_MS);
    return () => clearTimeout(timer);
  }, [value, slow]);
  return slow ? quiet : value;
}
