import { create } from 'zustand';

import { wantTheme } from '../../console/state/theme';

interface WallState {
  /** Whether the board hangs on a wall: large, dark, without buttons and without anybody's name. */
  wall: boolean;
}

export const useWall = create<WallState>(() => ({ wall: false }));

/** Reads the address, and lets Esc leave the wall: it has no buttons. */
export function startWall(): void {
  mark(new URLSearchParams(location.search).has('wall'));
  document.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape' && useWall.getState().wall) showWall(false);
  });
}

/** Shows the board as a wall or as a page, and writes it into the address, so that a reload keeps it. */
export function showWall(wall: boolean): void {
  const url = new URL(location.href);
  if (wall) url.searchParams.set('wall', '');
  else url.searchParams.delete('wall');
  history.replaceState(history.state, '', url);
  mark(wall);
}

function mark(wall: boolean): void {
  // On the document, because letters are measured in those of the root.
  document.documentElement.dataset['wall'] = String(wall);
  wantTheme(wall ? 'night' : null);
  useWall.setState({ wall });
}
