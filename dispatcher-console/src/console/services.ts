import { QueryClient } from '@tanstack/react-query';

import type { LiveMessage } from '../generated/LiveMessage';
import type { Session } from '../generated/Session';
import type { User } from '../generated/User';
import { ApiError, createApi, isStoreAway } from '../shared/api';
import { ServerClock } from '../shared/clock';
import { LiveClient } from '../shared/live';
import { forgetCalls } from './state/calls';
import { clearDesk } from './state/desk';
import { follow, forget, take, takeStatus } from './state/feed-store';
import { CALL_BACKS_KEY, CLOSED_KEY, fileKey, renewRoster, seniorKey } from './state/keys';
import { cannotBeKnown, expire, loggedIn, loggedOut, useSession } from './state/session';

/** The server's time; every age and countdown on the page counts by it. */
export const clock = new ServerClock();

export const api = createApi({
  onUnauthorized: expire,
  // Good to a second, and there before the first heartbeat.
  onDate: (date) => {
    if (clock.pcAhead_ms() === null) clock.hear(date);
  },
});

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      refetchOnWindowFocus: true,
      networkMode: 'always', // a centre's intranet need not be "online"
      retry: (failures, error) => failures < 3 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
    },
  },
});

/** So many districts are followed at once, a connection each; a banner says so to whoever serves more. */
export const MOST_DISTRICTS = 32;

/** One connection for each district, whose numbers count its events; '' for whoever serves one. */
const lives = new Map<string, LiveClient>();

const connect = (district: string): LiveClient => new LiveClient({
  // The age of what is shown must not jump when somebody sets the PC's clock.
  now: () => clock.now(),
  onMessage: (message) => hear(message, district),
  onStatus: (status) => {
    if (status.state === 'connecting') clock.reset();
    takeStatus(status, district);
  },
  // A refused handshake does not say why; a request does, and a 401 asks for the log-in.
  onRefused: () => void api.get('/v1/session').catch(() => undefined),
});

function stopLive(): void {
  for (const live of lives.values()) live.stop();
  lives.clear();
}

function hear(message: LiveMessage, district: string): void {
  if (message.type === 'heartbeat') clock.hear(message.at);
  take(message, district);
  if (message.type === 'event') {
    void queries.invalidateQueries({ queryKey: fileKey(message.ticket.id) });
    if (message.ticket.senior !== null) void queries.invalidateQueries({ queryKey: seniorKey(message.ticket.senior) });
    if (message.ticket.status === 'closed')
      for (const queryKey of [CLOSED_KEY, CALL_BACKS_KEY]) void queries.invalidateQueries({ queryKey });
  }
  // A call that has ended is in the files of those it may have been.
  if (message.type === 'calls')
    for (const { state, seniors } of message.calls)
      if (state === 'ended') for (const { id } of seniors) void queries.invalidateQueries({ queryKey: seniorKey(id) });
  if (message.type === 'cover') renewRoster(queries);
  if (message.type === 'snapshot') renew();
}

/** How soon to ask again who is logged in, while the database is away. */
const ASK_AGAIN_MS = 3_000;

let follows = true;

/** This page shows what has been: it follows no feed. */
export function withoutFeed(): void {
  follows = false;
}

/** Asks who is logged in, and starts the feed when somebody is. */
export async function resumeSession(): Promise<void> {
  try {
    const { user } = await api.get<Session>('/v1/session');
    enter(user);
  } catch (error) {
    if (useSession.getState().user !== null) return;
    // Nobody has logged out: a log-in would be refused as well, so it is not asked for.
    if (!isStoreAway(error)) return loggedOut();
    cannotBeKnown();
    setTimeout(() => void resumeSession(), ASK_AGAIN_MS);
  }
}

/** With what name the log-in was made from this page; the session itself does not tell. */
export let lastUsername = '';

export async function logIn(username: string, password: string): Promise<void> {
  const { user } = await api.post<Session>('/v1/session', { username, password }, { idempotencyKey: null });
  lastUsername = username;
  enter(user);
  windows?.postMessage('in');
}

function enter(user: User): void {
  const before = useSession.getState().user;
  if (before !== null && before.id !== user.id) tidy();
  loggedIn(user);
  stopLive();
  // Aides have no place here; the page says so instead of following a feed.
  if (follows && user.role !== 'aide') {
    const districts = user.districts.length > 1 ? user.districts.slice(0, MOST_DISTRICTS) : [''];
    follow(districts); // before the first is heard: it must not stand for all
    for (const district of districts) lives.set(district, connect(district));
    for (const [district, live] of lives) live.start(district === '' ? undefined : district);
  }
  renew();
}

/** Asks again for what may have changed unseen, and for what failed; not for the streets. */
function renew(): void {
  const changeable = ['file', 'tickets', 'senior', 'devices', 'signals', 'roster', 'cover', 'registry'];
  void queries.invalidateQueries({
    predicate: ({ queryKey, state }) => changeable.includes(String(queryKey[0])) || state.status === 'error',
  });
}

export async function logOut(): Promise<void> {
  await api.delete('/v1/session').catch(() => undefined);
  leave();
  windows?.postMessage('out');
}

function leave(): void {
  stopLive();
  tidy();
  loggedOut();
}

/** This browser's other windows have the same session: who leaves in one of them leaves in all. */
let windows: BroadcastChannel | null = null;

/** Follows a log-in and a log-out in another window. */
export function shareSession(): void {
  if (typeof BroadcastChannel === 'undefined') return;
  windows = new BroadcastChannel('silverbell.session');
  windows.onmessage = ({ data }: MessageEvent<'in' | 'out'>) => {
    if (data === 'out') leave();
    else if (useSession.getState().stage !== 'in') void resumeSession();
  };
}

function tidy(): void {
  queries.clear();
  forget();
  forgetCalls();
  clearDesk();
}

/** Tries the connection at once when the network is back or the page is looked at again. */
export function wakeOnReturn(): void {
  const wake = (): void => {
    for (const live of lives.values()) live.wake();
  };
  window.addEventListener('online', wake);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') wake();
  });
}
