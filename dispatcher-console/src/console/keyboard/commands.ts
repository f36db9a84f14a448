import i18next from 'i18next';

import { LANGS } from '../../shared/lang';
import { changeLang } from '../i18n';
import type { Keyed } from '../model/keymap';
import { isWork } from '../model/queue';
import { openDialog, useDesk } from '../state/desk';
import { useFeed } from '../state/feed-store';
import { openTicketOf } from '../state/open-ticket';
import { openMapWindow, showScreen, useWindow } from '../state/windows';
import { moveInQueue, openMostUrgent, toRegion, toSection } from './move';

export const GROUPS = ['ticket', 'team', 'file', 'queue', 'desk'] as const;
export type Group = (typeof GROUPS)[number];

interface Definition extends Keyed {
  group: Group;
  /** A key held down goes on. */
  repeats?: true;
  /** Its button is not on every page: without one it is not spoken of. */
  optional?: true;
  /** What it does and returns whether it could; without it, it presses its button (`data-command`). */
  does?: () => boolean;
  /** Whether it can be done now, where that is not for a button to say. */
  when?: () => boolean;
}

/** Returns whether an alarm is on the desk, that others can be called for. */
function hasOpenAlarm(): boolean {
  const ticket = openTicketOf(useFeed.getState().tickets);
  return ticket !== null && ticket.status === 'open' && !isWork(ticket) && useDesk.getState().dialog === null;
}

/** Says who is called; the sheet registers it with Enter. */
function calls(target: string): Pick<Definition, 'when' | 'does'> {
  return {
    when: hasOpenAlarm,
    does: () => {
      if (!hasOpenAlarm()) return false;
      openDialog('escalate', target);
      return true;
    },
  };
}

/** Opens a sheet that belongs to nobody's file. */
function opens(dialog: 'palette' | 'help' | 'keymap' | 'logOut' | 'shift'): Pick<Definition, 'does'> {
  return {
    does: () => {
      openDialog(dialog);
      return true;
    },
  };
}

/** Goes on to the next language; it is in a menu, which shows no button. */
function nextLanguage(): boolean {
  const next = LANGS[(LANGS.findIndex((lang) => i18next.language === lang) + 1) % LANGS.length];
  if (next === undefined) return false;
  changeLang(next);
  return true;
}

/** Puts the map into a window of its own for the second screen, or takes it back. */
function toggleMapWindow(): boolean {
  if (useWindow.getState().screen === 'map') return false;
  if (useWindow.getState().screen === 'whole') return openMapWindow();
  showScreen('whole');
  return true;
}

/**
 * Everything an operator can do, with its key. The key presses the button that shows it: so what a
 * key does, when it may and why not is decided in one place, the button's. Whatever cannot be taken back
 * or calls somebody opens a sheet and takes a second key.
 */
const ALL = [
  { id: 'answer', group: 'ticket', keys: ['A'] },
  { id: 'takeOver', group: 'ticket', keys: ['T'] },
  { id: 'confirm', group: 'ticket', keys: ['C'] },
  { id: 'verify', group: 'ticket', keys: ['V'] },
  { id: 'noVoice', group: 'ticket', keys: ['S'] },
  { id: 'heard', group: 'ticket', keys: ['H'] },
  { id: 'family', group: 'ticket', keys: ['F'] },
  { id: 'call120', group: 'ticket', keys: ['2'] },
  { id: 'involve110', group: 'ticket', keys: ['1'] },
  { id: 'call119', group: 'ticket', keys: ['9'], ...calls('119') },
  { id: 'escalate', group: 'ticket', keys: ['U'] },
  { id: 'callLeader', group: 'ticket', keys: ['Shift+U'], ...calls('leader') },
  { id: 'note', group: 'ticket', keys: ['N'] },
  { id: 'place', group: 'ticket', keys: ['L'] },
  { id: 'pin', group: 'ticket', keys: ['Shift+L'], optional: true },
  { id: 'forcedEntry', group: 'ticket', keys: ['B'] },
  { id: 'close', group: 'ticket', keys: ['E'] },
  { id: 'reopen', group: 'ticket', keys: ['O'] },

  { id: 'replaceLead', group: 'team', keys: ['R'] },
  { id: 'replaceSupport', group: 'team', keys: ['Shift+R'] },
  { id: 'seatLead', group: 'team', keys: ['Z'] },
  { id: 'seatSupport', group: 'team', keys: ['X'] },
  { id: 'widen', group: 'team', keys: ['W'] },

  { id: 'seniorFile', group: 'file', keys: ['D'] },
  { id: 'closeSenior', group: 'file', keys: ['Shift+Q'] },
  { id: 'newTicket', group: 'file', keys: ['Shift+N'] },
  { id: 'card', group: 'file', keys: ['I'] },
  { id: 'cardLink', group: 'file', keys: ['Shift+I'] },
  { id: 'arrived', group: 'file', keys: ['Shift+A'] },
  { id: 'atHospital', group: 'file', keys: ['Shift+H'] },
  { id: 'handedOver', group: 'file', keys: ['Shift+O'] },
  { id: 'death', group: 'file', keys: ['Shift+E'] },
  { id: 'signDeath', group: 'file', keys: ['Shift+V'] },
  { id: 'dial', group: 'file', keys: ['Shift+B'] },
  { id: 'locate', group: 'file', keys: ['G'] },
  { id: 'ring', group: 'file', keys: ['Shift+G'] },
  { id: 'toContacts', group: 'file', keys: ['Shift+C'], ...toSection('senior-contacts') },
  { id: 'toKeys', group: 'file', keys: ['Shift+K'], ...toSection('keys-heading') },
  { id: 'toPhotos', group: 'file', keys: ['Shift+P'], ...toSection('photos-heading') },
  { id: 'toCandidates', group: 'file', keys: ['Shift+Z'], ...toSection('candidates-heading') },
  { id: 'toCallBack', group: 'file', keys: ['Y'], ...toSection('call-back-heading') },
  { id: 'toTimeline', group: 'file', keys: ['Shift+T'], ...toSection('timeline-heading') },

  { id: 'urgent', group: 'queue', keys: ['Q'], does: openMostUrgent },
  { id: 'down', group: 'queue', keys: ['J', 'ArrowDown'], repeats: true, does: () => moveInQueue('ArrowDown') },
  { id: 'up', group: 'queue', keys: ['K', 'ArrowUp'], repeats: true, does: () => moveInQueue('ArrowUp') },
  { id: 'listOpen', group: 'queue', keys: ['F2'] },
  { id: 'listClosed', group: 'queue', keys: ['F3'] },
  { id: 'listCallBacks', group: 'queue', keys: ['F4'] },

  { id: 'palette', group: 'desk', keys: ['Ctrl+K', '/'], ...opens('palette') },
  { id: 'undo', group: 'desk', keys: ['Ctrl+Z'] },
  { id: 'dismiss', group: 'desk', keys: ['Shift+D'] },
  { id: 'nextRegion', group: 'desk', keys: ['F6'], does: () => toRegion(1) },
  { id: 'lastRegion', group: 'desk', keys: ['Shift+F6'], does: () => toRegion(-1) },
  { id: 'roster', group: 'desk', keys: ['F7'] },
  { id: 'care', group: 'desk', keys: ['F8'] },
  { id: 'calls', group: 'desk', keys: ['F9'], ...toSection('calls') },
  { id: 'shift', group: 'desk', keys: ['F10'], ...opens('shift') },
  { id: 'registry', group: 'desk', keys: ['Alt+R'] },
  { id: 'language', group: 'desk', keys: ['Alt+L'], does: nextLanguage },
  { id: 'theme', group: 'desk', keys: ['Alt+T'] },
  { id: 'soundCheck', group: 'desk', keys: ['Alt+S'], optional: true },
  { id: 'secondScreen', group: 'desk', keys: ['Alt+M'], does: toggleMapWindow },
  { id: 'help', group: 'desk', keys: ['F1', '?'], ...opens('help') },
  { id: 'keymap', group: 'desk', keys: ['Ctrl+,'], ...opens('keymap') },
  { id: 'logOut', group: 'desk', keys: ['Alt+Q'], ...opens('logOut') },
] as const satisfies readonly Definition[];

export type CommandId = (typeof ALL)[number]['id'];

export interface Command extends Definition {
  id: CommandId;
}

export const COMMANDS: readonly Command[] = ALL;

const BY_ID = new Map(COMMANDS.map((command) => [command.id, command]));

export function commandOf(id: CommandId): Command {
  const command = BY_ID.get(id);
  if (command === undefined) throw new Error(`no command ${id}`); // the type allows no other
  return command;
}
