import { create } from 'zustand';

import type { Call } from '../../generated/Call';
import { callerToOpen, isOnTheLine, keptAfter, type Kept } from '../model/calls';
import { openSeniorFile, useDesk } from './desk';
import { useFeed } from './feed-store';
import { openTicketOf } from './open-ticket';
import { useSession } from './session';
import { isTyping } from './typing';

interface CallsState {
  kept: ReadonlyMap<string, Kept>;
  putAway: ReadonlySet<string>;
}

/** What this desk does with telephone calls; the calls themselves are in the feed. */
export const useCalls = create<CallsState>(() => ({ kept: new Map(), putAway: new Set() }));

/** Takes a call in hand here, or changes what is known of it. */
export function keepCall(call: Call, changes: Partial<Omit<Kept, 'call' | 'told'>> = {}): void {
  useCalls.setState(({ kept, putAway }) => {
    const before = kept.get(call.id) ?? { call, senior: null, found: null, draft: '', told: false };
    const told = before.told || useFeed.getState().calls.list.some(({ id }) => id === call.id);
    return {
      kept: new Map(kept).set(call.id, { ...before, call, told, ...changes }),
      putAway: new Set([...putAway].filter((id) => id !== call.id)),
    };
  });
}

/** Puts a call away: an ended one altogether, one that is running becomes a line. */
export function putCallAway(call: Call): void {
  useCalls.setState(({ kept, putAway }) => ({
    kept: new Map([...kept].filter(([id]) => id !== call.id)),
    putAway: call.state === 'ended' ? new Set(putAway).add(call.id) : putAway,
  }));
}

/** Forgets all calls, for the next person. */
export function forgetCalls(): void {
  useCalls.setState({ kept: new Map(), putAway: new Set() });
}

/** Lets the files of callers open by themselves (来电弹屏) and follows calls in hand; returns the way to stop. */
export function startCalls(): () => void {
  const opened = new Set<string>();

  const consider = (): void => {
    const { calls } = useFeed.getState();
    if (calls.former) return;
    const next = callerToOpen({ calls: calls.list, opened, busy: isBusy(calls.list) });
    if (next === null) return;
    opened.add(next.call.id);
    openSeniorFile(next.senior.id);
  };
  const stop = useFeed.subscribe((feed, before) => {
    if (feed.calls.list === before.calls.list) return;
    const kept = keptAfter(useCalls.getState().kept, feed.calls.list);
    if (kept !== useCalls.getState().kept) useCalls.setState({ kept });
    consider();
  });
  const timer = setInterval(consider, 1_000); // for whoever has just become free
  consider();
  return () => {
    clearInterval(timer);
    stop();
  };
}

/** A caller's file covers nothing that is in hand: no text, no dialog, no open ticket, no other caller. */
function isBusy(calls: readonly Call[]): boolean {
  const { dialog, openSenior } = useDesk.getState();
  if (dialog !== null || useSession.getState().stage !== 'in' || isTyping()) return true;
  return openTicketOf(useFeed.getState().tickets) !== null || (openSenior !== null && isOnTheLine(openSenior, calls));
}
