import { create } from 'zustand';

import type { User } from '../../generated/User';

/**
 * `expired`: somebody was logged in and the page still shows their work.
 * `storeAway`: the page was opened while the database that knows who is logged in is away.
 */
export type SessionState =
  | { stage: 'unknown'; user: null }
  | { stage: 'storeAway'; user: null }
  | { stage: 'out'; user: null }
  | { stage: 'in'; user: User }
  | { stage: 'expired'; user: User };

/** Who is logged in. */
export const useSession = create<SessionState>(() => ({ stage: 'unknown', user: null }));

export function loggedIn(user: User): void {
  useSession.setState({ stage: 'in', user }, true);
}

export function cannotBeKnown(): void {
  useSession.setState({ stage: 'storeAway', user: null }, true);
}

export function loggedOut(): void {
  useSession.setState({ stage: 'out', user: null }, true);
}

/** A request was told that nobody is logged in. What is on the screen stays; the log-in is asked again. */
export function expire(): void {
  const session = useSession.getState();
  if (session.user === null) loggedOut();
  else useSession.setState({ stage: 'expired', user: session.user }, true);
}
