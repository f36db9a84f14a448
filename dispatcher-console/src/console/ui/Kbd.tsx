import { type Command, type CommandId, commandOf } from '../keyboard/commands';
import { keysOf } from '../model/keymap';
import { shownStroke } from '../model/stroke';
import { useKeymap } from '../state/keymap';

/** Returns the first key of a command, null while it has none. */
export function useKeyOf(id: CommandId): string | null {
  return useKeymap((keymap) => keysOf(commandOf(id) satisfies Command, keymap)[0] ?? null);
}

/** The key of a command, beside what it does. Readers are told by `aria-keyshortcuts`. */
export function Kbd({ command }: { command: CommandId }) {
  const key = useKeyOf(command);
  if (key === null) return null;
  return <KeyCap stroke={key} />;
}

export function KeyCap({ stroke }: { stroke: string }) {
  return (
    <kbd className="key" aria-hidden="true">
      {shownStroke(stroke)}
    </kbd>
  );
}
