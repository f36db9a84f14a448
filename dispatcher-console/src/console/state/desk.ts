import { create } from 'zustand';

export type TicketDialogName = 'close' | 'escalate' | 'family' | 'note' | 'reopen' | 'takeOver' | 'verify';

/** `newTicket` belongs to a senior's file, `caller` to a telephone call, all others to a ticket. */
export type DialogName = TicketDialogName | 'newTicket' | 'caller';

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
  /** The senior whose file is open instead. */
  openSenior: string | null;
  dialog: DialogName | null;
  /** What the escalation dialog starts with. */
  escalateTo: string;
  /** The call whose caller is being looked for. */
  callerOf: string | null;
  /** Tickets that were shown here; they do not pop up again by themselves. */
  shown: ReadonlySet<string>;
  notice: Notice | null;
}

/** What this operator has on the desk: nothing of it is anybody else's business. */
export const useDesk = create<DeskState>(() => ({
  filter: 'open',
  openTicket: null,
  openSenior: null,
  dialog: null,
  escalateTo: '120',
  callerOf: null,
  shown: new Set(),
  notice: null,
}));

/** Opens a ticket's file; a dialog that belonged to another ticket is closed with it. */
export function openFile(ticket: string): void {
  useDesk.setState((desk) => ({
    openTicket: ticket,
    openSenior: null,
    dialog: desk.openTicket === ticket ? desk.dialog : null,
    shown: new Set(desk.shown).add(ticket),
  }));
}

/** Opens a senior's file without a ticket. */
export function openSeniorFile(senior: string): void {
  useDesk.setState((desk) => ({
    openTicket: null,
    openSenior: senior,
    dialog: desk.openSenior === senior ? desk.dialog : null,
  }));
}

export function closeSeniorFile(): void {
  useDesk.setState({ openSenior: null, dialog: null });
}

/** Asks who it is that calls. */
export function askForCaller(call: string): void {
  useDesk.setState({ dialog: 'caller', callerOf: call });
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
  useDesk.setState({ filter: 'open', openTicket: null, openSenior: null, dialog: null, callerOf: null, shown: new Set(), notice: null });
}
