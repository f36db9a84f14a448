import { create } from 'zustand';

export type DialogName = 'close' | 'escalate' | 'family' | 'note' | 'reopen' | 'takeOver' | 'verify';

/** Something to tell the operator after an action. */
export interface Notice {
  id: number;
  tone: 'good' | 'bad';
  text: string;
}

interface DeskState {
  filter: 'open' | 'closed';
  /** The ticket whose file is open. */
  openTicket: string | null;
  dialog: DialogName | null;
  /** What the escalation dialog starts with. */
  escalateTo: string;
  /** Tickets that were shown here; they do not pop up again by themselves. */
  shown: ReadonlySet<string>;
  notice: Notice | null;
}

/** What this operator has on the desk: nothing of it is anybody else's business. */
export const useDesk = create<DeskState>(() => ({
  filter: 'open',
  openTicket: null,
  dialog: null,
  escalateTo: '120',
  shown: new Set(),
  notice: null,
}));

/** Opens a ticket's file; a dialog that belonged to another ticket is closed with it. */
export function openFile(ticket: string): void {
  useDesk.setState((desk) => ({
    openTicket: ticket,
    dialog: desk.openTicket === ticket ? desk.dialog : null,
    shown: new Set(desk.shown).add(ticket),
  }));
}

export function openDialog(dialog: DialogName, escalateTo = '120'): void {
  useDesk.setState({ dialog, escalateTo });
}

export function closeDialog(): void {
  useDesk.setState({ dialog: null });
}

let notices = 0;

export function notify(tone: Notice['tone'], text: string): void {
  notices += 1;
  useDesk.setState({ notice: { id: notices, tone, text } });
}

export function dismissNotice(): void {
  useDesk.setState({ notice: null });
}

/** Clears the desk for the next person. */
export function clearDesk(): void {
  useDesk.setState({ filter: 'open', openTicket: null, dialog: null, shown: new Set(), notice: null });
}
