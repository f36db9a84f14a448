import { isSeen } from '../ui/seen';
import type { Command } from './commands';

/** Returns the button on the screen that carries a command, null when there is none to press now. */
export function buttonOf(id: string): HTMLElement | null {
  const buttons = document.querySelectorAll<HTMLElement>(`[data-command="${id}"]`);
  return [...buttons].find((button) => !button.matches(':disabled') && isSeen(button)) ?? null;
}

/** Returns whether a command can be done now. */
export function isPossible({ id, does, when }: Command): boolean {
  return does === undefined ? buttonOf(id) !== null : (when?.() ?? true);
}

/** Does a command; returns whether it could be done. */
export function perform({ id, does }: Command): boolean {
  if (does !== undefined) return does();
  const button = buttonOf(id);
  if (button === null) return false;
  button.scrollIntoView({ block: 'nearest' });
  button.click();
  return true;
}
