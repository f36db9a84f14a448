import { create } from 'zustand';

import type { Desk } from '../../generated/Desk';
import type { Desks } from '../../generated/Desks';
import type { ShiftNote } from '../../generated/ShiftNote';
import type { Ticket } from '../../generated/Ticket';
import { isRinging } from '../model/queue';
import { following, heldBy, isDeskState, type DeskState, mayRest, reachesBreak, unreadOf } from '../model/shift';
import { api, clock } from '../services';
import { useFeed } from './feed-store';
import { useSession } from './session';

/** A page says so often that it is there: often enough for colleagues to rely on it while they rest. */
const TELL_MS = 15_000;

interface ShiftState {
  /** What this person does. */
  state: DeskState;
  /** Since when, Unix milliseconds. */
  since: number;
  /** Who is on. */
  desks: readonly Desk[];
  /** When that was told, Unix milliseconds; null: never. */
  toldAt: number | null;
  notes: readonly ShiftNote[];
}

const NOBODY: ShiftState = { state: 'ready', since: 0, desks: [], toldAt: null, notes: [] };

/** This person's desk, the others who are on, and what one shift tells the next. */
export const useShift = create<ShiftState>(() => NOBODY);

/**
 * Returns whether alarms are to leave this person in peace: a break, somebody else takes what comes, and none
 * waits that reaches a break.
 */
export function isResting(): boolean {
  const { desks, toldAt, state } = useShift.getState();
  const now = clock.now();
  const me = useSession.getState().user?.id;
  if (!mayRest({ desks, toldAt }, me, state, now)) return false;
  return ![...useFeed.getState().tickets.values()].some((ticket) => isRinging(ticket) && reachesBreak(ticket, me, now));
}

/** Returns whether a ticket that is to be heard once more reaches this person: at work any, on a break not all. */
export function isHeardHere(ticket: Ticket): boolean {
  return !isResting() || reachesBreak(ticket, useSession.getState().user?.id, clock.now());
}

/** What was chosen and the server has not answered yet: each request tells it until one arrives. */
let wanted: DeskState | null = null;
/** So many times something was chosen. */
let choices = 0;

/** Tells the server that somebody is here, and learns who else is; what fails is tried again with the next beat. Returns whether it was told. */
async function tell(news: { heard?: boolean } = {}): Promise<boolean> {
  const me = useSession.getState();
  if (me.stage !== 'in') return false;
  const asked = choices;
  try {
    const { items } = await api.put<Desks>('/v1/me/desk', { ...news, ...(wanted === null ? {} : { state: wanted }) });
    const own = items.find(({ user }) => user === me.user.id);
    // Whatever was chosen since this was sent stands: its own answer is still to come.
    const known = asked === choices && own !== undefined && isDeskState(own.state) ? { state: own.state, since: Date.parse(own.since) } : {};
    if (asked === choices) wanted = null;
    useShift.setState({ desks: items, toldAt: clock.now(), ...known });
    return true;
  } catch {
    // The banner of the connection says more; an old list is not believed.
    return false;
  }
}

/** Asks for the shift notes. */
export async function askForNotes(): Promise<void> {
  if (useSession.getState().stage !== 'in') return;
  try {
    const { items } = await api.get<{ items: ShiftNote[] }>('/v1/shift-notes');
    useShift.setState({ notes: items });
  } catch {
    // What is there stays; asked again with the next beat.
  }
}

/** Changes what this person does, at once on this page; returns whether the others know. Until they do, they are told again. */
export async function choose(state: DeskState): Promise<boolean> {
  choices += 1;
  wanted = state;
  useShift.setState({ state, since: clock.now() });
  return tell();
}

/** Keeps whether this person heard the alarm of this desk when it was tried. */
export function tellHeard(heard: boolean): void {
  void tell({ heard });
}

/** Keeps that this person has read a note. */
export async function readNote(id: string): Promise<void> {
  await api.post(`/v1/shift-notes/${id}/read`, {});
  await askForNotes();
}

/** Returns the notes that this person has not read. */
export function useUnread(): ShiftNote[] {
  const me = useSession((session) => session.user?.id);
  return unreadOf(useShift((shift) => shift.notes), me);
}

/** Is there: tells so, and learns who else is, also in a window that is no desk; returns the way to stop. */
export function startPresence(): () => void {
  const renew = (): void => {
    void tell();
    void askForNotes();
  };
  const stop = useSession.subscribe((session, before) => {
    if (session.user?.id !== before.user?.id) {
      choices += 1;
      wanted = null;
      useShift.setState(NOBODY);
    }
    if (session.stage === 'in' && before.stage !== 'in') renew();
  });
  const timer = setInterval(renew, TELL_MS);
  renew();
  return () => {
    clearInterval(timer);
    stop();
  };
}

/** Sits at the desk: is there, and follows what is in hand; returns the way to stop. One window of a person does so. */
export function startShift(): () => void {
  const follow = (): void => {
    const me = useSession.getState().user?.id;
    const { state, since } = useShift.getState();
    if (me === undefined || since === 0) return;
    const held = heldBy(useFeed.getState().tickets.values()).get(me) ?? 0;
    const next = following({ state, since, held, now: clock.now() });
    if (next !== state) void choose(next);
  };
  const stops = [
    startPresence(),
    useFeed.subscribe((feed, before) => {
      if (feed.tickets !== before.tickets) follow();
    }),
  ];
  const timer = setInterval(follow, 5_000);
  return () => {
    clearInterval(timer);
    for (const stop of stops) stop();
  };
}
