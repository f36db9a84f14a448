import type { Ticket } from '../../generated/Ticket';
import { choosePopUp, passedAfter, ringingIds } from '../model/popup';
import { api } from '../services';
import { openFile, useDesk } from './desk';
import { useFeed } from './feed-store';
import { useSession } from './session';

const TYPING_MS = 4_000;
let lastKeyAt = -Infinity;

/** Returns whether the operator has text in hand that a new file would tear away. */
function isTyping(): boolean {
  const field = document.activeElement;
  if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return false;
  return field.value.trim() !== '' || performance.now() - lastKeyAt < TYPING_MS;
}

function openTicket(): Ticket | null {
  const { openTicket: id } = useDesk.getState();
  return id === null ? null : (useFeed.getState().tickets.get(id) ?? null);
}

/** Says that the file is on a screen; only the first screen counts, so a failure harms nobody. */
function tell(ticket: string): void {
  const known = useFeed.getState().tickets.get(ticket);
  if (known === undefined || known.times.popped_up !== null) return;
  void api.post(`/v1/tickets/${ticket}/seen`).catch(() => undefined);
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
    passed = passedAfter({ passed, before, open, ringing: () => ringingIds(tickets.values()) });
    before = open;
    const busy = dialog !== null || useSession.getState().stage !== 'in' || isTyping();
    const next = choosePopUp({ tickets: tickets.values(), open, shown: new Set([...shown, ...passed]), busy });
    if (next === null) return;
    popping = true;
    openFile(next.id);
    popping = false;
  };
  const noteKey = (): void => {
    lastKeyAt = performance.now();
  };

  document.addEventListener('keydown', noteKey);
  const stops = [
    useFeed.subscribe(consider),
    useDesk.subscribe((desk, old) => {
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
    document.removeEventListener('keydown', noteKey);
    clearInterval(timer);
    for (const stop of stops) stop();
  };
}
