import { isRinging, ordered } from '../model/queue';
import { openFile } from '../state/desk';
import { useFeed } from '../state/feed-store';
import { isSeen } from '../ui/seen';

/** Opens the most urgent alarm that nobody has answered, else the most urgent open ticket nobody owns. */
export function openMostUrgent(): boolean {
  const rows = ordered(useFeed.getState().tickets.values());
  const next = rows.find(isRinging) ?? rows.find(({ owner }) => owner === null);
  if (next === undefined) return false;
  openFile(next.id);
  return true;
}

/** Moves along the rows of the list on the left: into it at the open ticket, inside it as its own arrow keys do. */
export function moveInQueue(key: 'ArrowDown' | 'ArrowUp'): boolean {
  const queue = document.querySelector('.queue');
  const focused = document.activeElement;
  if (queue === null) return false;
  if (focused instanceof HTMLElement && queue.contains(focused) && focused.matches('button.row')) {
    focused.dispatchEvent(new KeyboardEvent('keydown', { key, code: key, bubbles: true, cancelable: true }));
    return true;
  }
  const row = queue.querySelector<HTMLElement>('button.row[aria-current="true"]') ?? queue.querySelector<HTMLElement>('button.row');
  row?.focus();
  return row !== null;
}

/** The parts of the page in their order, each with what takes the focus there. */
const REGIONS = ['.queue', '#file', '.registry', '#calls', '.map-panel', '.header'];

/** Moves the focus to the next part of the page that there is, round and round. */
export function toRegion(step: 1 | -1): boolean {
  const regions = REGIONS.flatMap((selector) => document.querySelector<HTMLElement>(selector) ?? []).filter(isSeen);
  const here = regions.findIndex((region) => region.contains(document.activeElement));
  const start = here >= 0 ? here + step : step > 0 ? 0 : -1;
  const next = regions.at(start % regions.length);
  if (next === undefined) return false;
  const row = next.querySelector<HTMLElement>('button.row[aria-current="true"]') ?? next.querySelector<HTMLElement>('button.row');
  focus(row ?? next);
  return true;
}

/** Returns the way to a part of the file by the id of its heading. */
export function toSection(id: string): { when: () => boolean; does: () => boolean } {
  const section = (): HTMLElement | null => {
    const heading = document.getElementById(id);
    return heading !== null && isSeen(heading) ? heading : null;
  };
  return {
    when: () => section() !== null,
    does: () => {
      const heading = section();
      if (heading === null) return false;
      heading.scrollIntoView({ block: 'start' });
      focus(heading);
      return true;
    },
  };
}

/** What is no control takes the focus for once, so that the next Tab goes on from there. */
function focus(element: HTMLElement): void {
  if (element.tabIndex < 0 && !element.hasAttribute('tabindex')) element.tabIndex = -1;
  element.focus();
}
