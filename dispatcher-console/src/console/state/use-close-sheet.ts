import { useState } from 'react';

import { closeSheet, useDesk } from './desk';

/**
 * Returns what closes the sheet it is asked for in, and no other: an answer may come when somebody has long gone on
 * to another sheet. It returns whether that one was still open.
 */
export function useCloseSheet(): () => boolean {
  const [sheet] = useState(() => useDesk.getState().sheet);
  return () => closeSheet(sheet);
}
