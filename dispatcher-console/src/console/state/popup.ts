import type { Ticket } from '../../generated/Ticket';
import { choosePopUp, passedAfter, ringingIds } from '../model/popup';
import { isWork } from '../model/queue';
import { api } from '../services';
import { type DialogName, openFile, useDesk } from './desk';
import { useFeed } from './feed-store';
import { openTicketOf } from './open-ticket';
import { useSession } from './session';
import { isResting } from './shift';
import { isTyping, watchKeys } from './typing';

/** What is nobody's life makes way for an alarm. */
const MAKES_WAY: ReadonlySet<string> = new Set<DialogName>(['registry', 'roster', 'shift', 'help', 'keymap', 'logOut']);

let popped = -Infinity;

/** Returns when a file last popped up by itself, on the clock of `performance.now()`. */
export function poppedUpAt(): number {
  return popped;
}

function openTicket(): Ticket | null {
  return openTicketOf(useFeed.getState().tickets);
}

/** Says that the file is on a screen; only the first screen counts, so a failure harms nobody. */
function tell(ticket: string): void {
  const known = useFeed.getState().tickets.get(ticket);
  if (known === undefined || known.times.popped_up !== null || isWork(known)) return;
  void api.post(`/v1/tickets/${ticket}/seen`).catch(() => undefined);
}

/** So many closed tickets are remembered as shown before they are forgotten: a page stays open for weeks. */
const REMEMBERED = 200;

function forgetClosed(tickets: ReadonlyMap<string, Ticket>): void {
  const { shown } = useDesk.getState();
  if (shown.size <= tickets.size + REMEMBERED) return;
  useDesk.setState({ shown: new Set([...shown].filter((id) => tickets.has(id))) });
}

/** Lets the files of new alarms pop up (来电弹屏); returns the way to stop. */
export function startPopUps(): () => void {
  /** Alarms that were waiting when the operator took something else in hand. */
  let passed: ReadonlySet<string> = new Set();
  let before = openTicket();
  let popping = false;

  const consider = (): void => {
    const { tickets } = useFeed.getState();
    const { shown, dialog } = useDesk.getState();
    const open = openTicket();
    forgetClosed(tickets);
    passed = passedAfter({ passed, before, open, ringing: () => ringingIds(tickets.values()) });
    before = open;
    // Whoever rests is left in peace.
    const busy = (dialog !== null && !MAKES_WAY.has(dialog)) || useSession.getState().stage !== 'in' || isTyping() || isResting();
    const next = choosePopUp({ tickets: tickets.values(), open, shown: new Set([...shown, ...passed]), busy });
    if (next === null) return;
    popping = true;
    openFile(next.id);
    popping = false;
    popped = performance.now();
  };

  const stops = [
    watchKeys(),
    useFeed.subscribe(consider),
    useDesk.subscribe((desk, old) => {
      // Closing a senior's file frees the desk as closing a ticket does.
      if (old.openSenior !== null && desk.openSenior === null && desk.openTicket === null) passed = new Set();
      if (desk.openTicket === old.openTicket) return consider();
      if (desk.openTicket !== null) tell(desk.openTicket);
      if (!popping) passed = ringingIds(useFeed.getState().tickets.values());
      before = openTicket();
    }),
    useSession.subscribe(consider),
  ];
  const timer = setInterval(consider, 1_000); // for whoever has just stopped typing
  consider();
  return () => {
    clearInterval(timer);
    for (const stop of stops) stop();
  };
}
