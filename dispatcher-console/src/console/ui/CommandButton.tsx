import type { ComponentProps } from 'react';

import type { CommandId } from '../keyboard/commands';
import { ariaStroke } from '../model/stroke';
import { Kbd, useKeyOf } from './Kbd';

interface CommandButtonProps extends ComponentProps<'button'> {
  command: CommandId;
}

/** A button with a key: the key presses it, stands beside its words, and is told to readers. */
export function CommandButton({ command, children, ...rest }: CommandButtonProps) {
  const marks = useCommandMarks(command);
  return (
    <button type="button" {...rest} {...marks}>
      {children}
      <Kbd command={command} />
    </button>
  );
}

/** Returns what marks an element as the one that a command presses. */
export function useCommandMarks(command: CommandId): { 'data-command': CommandId; 'aria-keyshortcuts'?: string } {
  const key = useKeyOf(command);
  return { 'data-command': command, ...(key === null ? {} : { 'aria-keyshortcuts': ariaStroke(key) }) };
}
