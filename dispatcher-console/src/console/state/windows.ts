import { create } from 'zustand';

import { uuid } from '../../shared/uuid';
import { isLoudest, LOST_AFTER_MS, type Screen, screenOf, type Sibling } from '../model/windows';
import { openFile, openSeniorFile, useDesk } from './desk';
import { useFeed } from './feed-store';
import { useSession } from './session';

interface WindowState {
  screen: Screen;
  /** Whether this is the window that sounds. */
  loudest: boolean;
}

/** What this window is among those of the same person in this browser. */
export const useWindow = create<WindowState>(() => ({ screen: screenOf(typeof location === 'undefined' ? '' : location.search), loudest: true }));

/** What the windows tell each other; nothing of it leaves the browser. */
interface Word {
  /** Who is logged in: another person's windows are none of ours. */
  user: string;
  from: Sibling;
  /** `leaving`: it is being closed. */
  says: 'here' | 'leaving';
  /** What a desk has open; absent from a map. */
  open?: { ticket: string | null; senior: string | null };
}

const BEAT_MS = 2_000;
const id = uuid();
const since = Date.now();
let audible = false;

/** Puts this window's part on the screen, and into the address, so that a reload keeps it. */
export function showScreen(screen: Screen): void {
  const url = new URL(location.href);
  if (screen === 'whole') url.searchParams.delete('screen');
  else url.searchParams.set('screen', screen);
  history.replaceState(history.state, '', url);
  useWindow.setState({ screen });
}

/** Opens the map in a window of its own; returns whether the browser let it. */
export function openMapWindow(): boolean {
  const opened = window.open('/?screen=map', 'silverbell-map', 'popup,width=1280,height=800');
  if (opened === null) return false;
  showScreen('desk');
  return true;
}

/** Says whether this window can be heard. */
export function setAudible(now: boolean): void {
  audible = now;
}

/** Lets the windows of one person know of each other; returns the way to stop. */
export function startWindows(): () => void {
  if (typeof BroadcastChannel === 'undefined') return () => undefined;
  const channel = new BroadcastChannel('silverbell.windows');
  const others = new Map<string, { sibling: Sibling; heardAt: number }>();

  const self = (): Sibling => ({
    id,
    since,
    audible,
    live: useFeed.getState().status.state === 'live',
    screen: useWindow.getState().screen,
  });
  const say = (says: Word['says']): void => {
    const user = useSession.getState().user?.id;
    if (user === undefined) return;
    const { openTicket: ticket, openSenior: senior } = useDesk.getState();
    const from = self();
    channel.postMessage({ user, from, says, ...(from.screen === 'map' ? {} : { open: { ticket, senior } }) } satisfies Word);
  };
  const decide = (): void => {
    const now = performance.now();
    for (const [key, { heardAt }] of others) if (now - heardAt > LOST_AFTER_MS) others.delete(key);
    const loudest = isLoudest(self(), [...others.values()].map(({ sibling }) => sibling));
    if (loudest !== useWindow.getState().loudest) useWindow.setState({ loudest });
  };
  channel.onmessage = ({ data }: MessageEvent<Word>) => {
    if (data.user !== useSession.getState().user?.id) return;
    const isNew = !others.has(data.from.id);
    if (data.says === 'leaving') others.delete(data.from.id);
    else others.set(data.from.id, { sibling: data.from, heardAt: performance.now() });
    // Whoever stands better answers, and the answer is not answered: a message wakes a hidden window, whose
    // own clock the browser slows.
    const asked = isLoudest(self(), [data.from]);
    if (data.says === 'here' && (isNew || asked)) say('here');
    // Of several desks the map follows one, or it would go to and fro between them.
    const desks = [...others.values()].map(({ sibling }) => sibling).filter(({ screen }) => screen !== 'map');
    if (data.open !== undefined && useWindow.getState().screen === 'map' && isLoudest(data.from, desks)) follow(data.open);
    decide();
  };
  const beat = (): void => {
    say('here');
    decide();
  };
  const timer = setInterval(beat, BEAT_MS);
  const leave = (): void => say('leaving');
  window.addEventListener('pagehide', leave);
  const stops = [useDesk.subscribe(() => useWindow.getState().screen !== 'map' && say('here')), useWindow.subscribe(beat)];
  // A window that is cut off hands the sound over at once.
  stops.push(useFeed.subscribe(({ status }, before) => status.state !== before.status.state && beat()));
  beat();
  return () => {
    clearInterval(timer);
    window.removeEventListener('pagehide', leave);
    for (const stop of stops) stop();
    leave();
    channel.close();
  };
}

/** Shows on the map what is open on the desk. */
function follow({ ticket, senior }: NonNullable<Word['open']>): void {
  const desk = useDesk.getState();
  if (desk.openTicket === ticket && desk.openSenior === senior) return;
  if (ticket !== null) openFile(ticket);
  else if (senior !== null) openSeniorFile(senior);
  else useDesk.setState({ openTicket: null, openSenior: null, dialog: null });
}
