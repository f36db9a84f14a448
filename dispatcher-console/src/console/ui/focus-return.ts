import { useState } from 'react';

import { openDialogElement } from './open-dialog';

/**
 * Returns what gives the focus back to whoever had it when a dialog came: our dialogs are opened by the
 * desk and not by a trigger of their own. Whoever is gone leaves it to the file, never to nobody. A dialog
 * that came in the meantime keeps it: fast hands open the next one before the last has quite gone.
 */
export function useFocusReturn(): (event: Event) => void {
  const [before] = useState(() => document.activeElement);
  return (event) => {
    event.preventDefault();
    const to = before instanceof HTMLElement && before.isConnected && before !== document.body ? before : document.getElementById('file');
    const open = openDialogElement();
    if (open === null || open.contains(to)) to?.focus({ preventScroll: true });
    else if (!open.contains(document.activeElement)) open.focus({ preventScroll: true });
  };
}
