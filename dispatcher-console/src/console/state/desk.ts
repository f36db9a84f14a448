import { create } from 'zustand';

import type { Undoing } from '../model/undo';

export type TicketDialogName =
  | 'atHospital'
  | 'cardLink'
  | 'close'
  | 'death'
  | 'escalate'
  | 'family'
  | 'forcedEntry'
  | 'handedOver'
  | 'note'
  | 'place'
  | 'reopen'
  | 'replaceLead'
  | 'replaceSupport'
  | 'seatLead'
  | 'seatSupport'
  | 'signDeath'
  | 'takeOver'
  | 'verify';

/** Sheets that belong to nobody's file. */
export type DeskDialogName = 'help' | 'keymap' | 'logOut' | 'palette' | 'registry' | 'roster' | 'shift';

/** `newTicket` belongs to a senior's file, `caller` to a telephone call, the desk's to nobody, all others to a ticket. */
export type DialogName = TicketDialogName | DeskDialogName | 'newTicket' | 'caller';

/** Something to tell the operator after an action. */
export interface Notice {
  id: number;
  tone: 'good' | 'bad';
  text: string;
  /** Whether what was done can be taken back. */
  undoing: Undoing | null;
  /** What was done, for the words of its undo. */
  what: string;
}

interface DeskState {
  filter: 'open' | 'closed' | 'callBacks';
  /** The ticket whose file is open. */
  openTicket: string | null;
  /** The senior whose file is open instead. */
  openSenior: string | null;
  dialog: DialogName | null;
  /** Which opening of a dialog that is, counted. */
  sheet: number;
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
  sheet: 0,
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
    // The registry lies over the file: whoever asks for the file wants to see it.
    dialog: desk.openTicket === ticket && desk.dialog !== 'registry' ? desk.dialog : null,
    shown: new Set(desk.shown).add(ticket),
  }));
}

/** Opens a senior's file without a ticket. */
export function openSeniorFile(senior: string): void {
  useDesk.setState((desk) => ({
    openTicket: null,
    openSenior: senior,
    dialog: desk.openSenior === senior && desk.dialog !== 'registry' ? desk.dialog : null,
  }));
}

export function closeSeniorFile(): void {
  useDesk.setState({ openSenior: null, dialog: null });
}

/** Asks who it is that calls. */
export function askForCaller(call: string): void {
  openDialog('caller');
  useDesk.setState({ callerOf: call });
}

export function openDialog(dialog: DialogName, escalateTo = '120'): void {
  useDesk.setState(({ sheet }) => ({ dialog, sheet: sheet + 1, escalateTo }));
}

export function closeDialog(): void {
  useDesk.setState({ dialog: null });
}

/** Closes that opening of a dialog; returns whether it was open. Whatever was opened since stays. */
export function closeSheet(sheet: number): boolean {
  const desk = useDesk.getState();
  const isOpen = desk.dialog !== null && desk.sheet === sheet;
  if (isOpen) closeDialog();
  return isOpen;
}

let notices = 0;

export function notify(tone: Notice['tone'], text: string, undoing: Undoing | null = null, what = ''): void {
  notices += 1;
  useDesk.setState({ notice: { id: notices, tone, text, undoing, what } });
}

/** Says something small; it takes the place of nothing that must be read or can be taken back. */
export function notifyHint(text: string): void {
  const { notice } = useDesk.getState();
  if (notice === null || (notice.tone === 'good' && notice.undoing === null)) notify('good', text);
}

export function dismissNotice(): void {
  useDesk.setState({ notice: null });
}

/** Clears the desk for the next person. */
export function clearDesk(): void {
  useDesk.setState({ filter: 'open', openTicket: null, openSenior: null, dialog: null, callerOf: null, shown: new Set(), notice: null });
}
