import type { KeyboardEvent } from 'react';

/** Moves the focus between the rows of a list with the arrow keys. */
export function moveWithArrows(event: KeyboardEvent<HTMLUListElement>): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLButtonElement>('button.row')];
  const here = rows.findIndex((row) => row === document.activeElement);
  rows[here + step]?.focus();
  event.preventDefault();
}
