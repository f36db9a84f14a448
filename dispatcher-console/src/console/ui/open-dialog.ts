/** Returns the dialog or panel that is open over the page, null when there is none: keys and focus are its own. */
export function openDialogElement(): HTMLElement | null {
  return document.querySelector<HTMLElement>('[role="dialog"][data-state="open"], [role="alertdialog"][data-state="open"]');
}

/** Returns the menu or the list of choices that is open, null when there is none: its letters go through its entries. */
export function openMenuElement(): HTMLElement | null {
  return document.querySelector<HTMLElement>('[role="menu"][data-state="open"], [role="listbox"][data-state="open"]');
}
