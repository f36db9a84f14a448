import { commandFor } from '../model/keymap';
import { strokeOf } from '../model/stroke';
import { takesText } from '../model/text-field';
import { useKeymap } from '../state/keymap';
import { notifyHint } from '../state/desk';
import { poppedUpAt } from '../state/popup';
import { type Command, COMMANDS } from './commands';
import { openDialogElement, openMenuElement } from '../ui/open-dialog';
import { isPossible, perform } from './press';

/** A file that has just popped up by itself takes no key: it was meant for what was there before. */
const SETTLES_MS = 350;

/** The words for a command that cannot be done now, and for one that came too early. */
export interface StrokeWords {
  notNow: (command: Command) => string;
  justPopped: () => string;
}

/** Listens to the keys of the whole page; returns the way to stop. */
export function listen(words: StrokeWords): () => void {
  const hear = (event: KeyboardEvent): void => {
    // Whoever has handled it first, a list for instance, knows better; AltGr writes characters.
    if (event.defaultPrevented || event.getModifierState('AltGraph')) return;
    if (openDialogElement() !== null || openMenuElement() !== null) return;
    const stroke = strokeOf(event);
    if (stroke === null || belongsToField(stroke, event.target)) return;
    const command = commandFor(stroke, COMMANDS, useKeymap.getState());
    if (command === null || (command.optional === true && !isPossible(command))) return;
    event.preventDefault();
    if (event.repeat && command.repeats !== true) return;
    if (isAboutTicket(command) && performance.now() - poppedUpAt() < SETTLES_MS) notifyHint(words.justPopped());
    else if (!perform(command)) notifyHint(words.notNow(command));
  };
  document.addEventListener('keydown', hear);
  return () => document.removeEventListener('keydown', hear);
}

function isAboutTicket({ group }: Command): boolean {
  return group === 'ticket' || group === 'team' || group === 'file';
}

/** Returns whether a stroke writes or moves where the focus is. */
function belongsToField(stroke: string, target: EventTarget | null): boolean {
  if (isText(target)) return !/^(F\d|Shift\+F\d|(Ctrl|Alt)\+)/.test(stroke) || /^Ctrl\+(Shift\+)?(Z|Y|Arrow|Home|End|Backspace|Delete)/.test(stroke);
  // Arrows scroll, and move the map and the choices: they are the queue's only from nowhere.
  return stroke.startsWith('Arrow') && target !== document.body && target !== document.documentElement;
}

function isText(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return takesText(target.type);
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLElement && target.isContentEditable;
}
