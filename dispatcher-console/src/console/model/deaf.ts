import type { SessionState } from '../state/session';

/** A connection that breaks usually comes back within this: nobody is to be frightened each time. */
const PATIENCE_MS = 15_000;

/**
 * Returns whether a new alarm would reach nobody here: the log-in has ended, or the feed is not there for a while
 * or never came. `cut_ms`: for how long it is not live; null while it is. Whoever logged out expects to hear none.
 */
export function isDeaf(stage: SessionState['stage'], cut_ms: number | null): boolean {
  return stage === 'expired' || (stage === 'in' && cut_ms !== null && cut_ms > PATIENCE_MS);
}
