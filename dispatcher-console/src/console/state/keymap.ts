import { create } from 'zustand';

import { COMMANDS } from '../keyboard/commands';
import { AS_IT_CAME, type Keymap, read, written } from '../model/keymap';

/** The keys of whoever sits here: kept in this browser, one keymap a person, keys and nothing else. */
export const useKeymap = create<Keymap>(() => AS_IT_CAME);

let slot: string | null = null;

/** Takes up the keys of a person; null for nobody. */
export function loadKeymap(user: string | null): void {
  slot = user === null ? null : `silverbell.keys.${user}`;
  useKeymap.setState(read(slot === null ? null : recalled(slot), COMMANDS), true);
}

/** Changes the keys of this person. */
export function changeKeymap(keymap: Keymap): void {
  useKeymap.setState(keymap, true);
  if (slot === null) return;
  try {
    localStorage.setItem(slot, written(keymap));
  } catch {
    // Storage may be forbidden; the keys then last as long as the page.
  }
}

function recalled(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
