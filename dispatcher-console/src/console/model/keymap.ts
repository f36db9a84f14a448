import { isCharacter, isTakeable } from './stroke';

/** A command as far as keys go: what it is called, and its keys until somebody changes them. */
export interface Keyed {
  id: string;
  keys: readonly string[];
}

/** What one person has changed. */
export interface Keymap {
  /** Whether single characters act at all (WCAG 2.1.4). */
  letters: boolean;
  /** The key of a command, null for none; whatever is not here is as it came. */
  changed: Readonly<Record<string, string | null>>;
}

export const AS_IT_CAME: Keymap = { letters: true, changed: {} };

/** Returns the keys of a command, those that act now. */
export function keysOf(command: Keyed, keymap: Keymap): readonly string[] {
  const keys = assigned(command, keymap);
  return keymap.letters ? keys : keys.filter((key) => !isCharacter(key));
}

/** Returns the keys of a command, also those that are switched off. */
export function assigned(command: Keyed, { changed }: Keymap): readonly string[] {
  const own = changed[command.id];
  if (own === undefined) return command.keys;
  return own === null ? [] : [own];
}

/** Returns the command that a stroke means, null for none. */
export function commandFor<C extends Keyed>(stroke: string, commands: readonly C[], keymap: Keymap): C | null {
  return commands.find((command) => keysOf(command, keymap).includes(stroke)) ?? null;
}

/** Why a stroke cannot simply become a command's: the browser needs it, or another command has it. */
export type Conflict<C> = { kind: 'reserved' } | { kind: 'taken'; by: C };

export function conflictOf<C extends Keyed>(id: string, stroke: string, commands: readonly C[], keymap: Keymap): Conflict<C> | null {
  if (!isTakeable(stroke)) return { kind: 'reserved' };
  const by = commands.find((command) => command.id !== id && assigned(command, keymap).includes(stroke));
  return by === undefined ? null : { kind: 'taken', by };
}

/** Returns the keymap with a command's key changed; whoever had the key before has it no longer. */
export function remapped(id: string, stroke: string | null, commands: readonly Keyed[], keymap: Keymap): Keymap {
  const changed: Record<string, string | null> = { ...keymap.changed, [id]: stroke };
  if (stroke !== null) {
    for (const other of commands) {
      const keys = assigned(other, keymap);
      if (other.id !== id && keys.includes(stroke)) changed[other.id] = keys.find((key) => key !== stroke) ?? null;
    }
  }
  return { ...keymap, changed };
}

/** Returns the keymap with a command as it came; null when another command has its key by now. */
export function restored(command: Keyed, commands: readonly Keyed[], keymap: Keymap): Keymap | null {
  const changed = Object.fromEntries(Object.entries(keymap.changed).filter(([id]) => id !== command.id));
  const then = { ...keymap, changed };
  return command.keys.some((key) => conflictOf(command.id, key, commands, then)?.kind === 'taken') ? null : then;
}

/** Returns what is kept in the browser: keys and nothing else. */
export function written(keymap: Keymap): string {
  return JSON.stringify(keymap);
}

/** Returns a keymap from what was kept; whatever makes no sense is as it came. */
export function read(text: string | null, commands: readonly Keyed[]): Keymap {
  const kept = parsed(text);
  let keymap: Keymap = { letters: kept['letters'] !== false, changed: {} };
  const entries = isRecord(kept['changed']) ? kept['changed'] : {};
  for (const { id } of commands) {
    const key = entries[id];
    if (key === null) keymap = { ...keymap, changed: { ...keymap.changed, [id]: null } };
    else if (typeof key === 'string' && isTakeable(key)) keymap = { ...keymap, changed: { ...keymap.changed, [id]: key } };
  }
  // Two commands on one key: the one in the file came by a hand, or by a newer page with new keys.
  for (const command of commands) {
    const [key] = assigned(command, keymap);
    if (key !== undefined && keymap.changed[command.id] === key) keymap = remapped(command.id, key, commands, keymap);
  }
  return keymap;
}

function parsed(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
