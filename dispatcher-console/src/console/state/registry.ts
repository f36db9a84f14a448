import { create } from 'zustand';

import { openDialog } from './desk';

export type RegistryPart = 'seniors' | 'responders' | 'devices' | 'districts' | 'lists';

interface RegistryDesk {
  part: RegistryPart;
  /** The senior whose file is wanted; a file that is being written in is not torn away by it. */
  wanted: string | null;
  /** Forms that hold something that is not saved yet, by name. */
  unsaved: ReadonlySet<string>;
}

/** What of the registry is open here. What is typed stays in its form. */
export const useRegistryDesk = create<RegistryDesk>(() => ({ part: 'seniors', wanted: null, unsaved: new Set() }));

export function showPart(part: RegistryPart): void {
  useRegistryDesk.setState({ part });
}

/** Opens the registry at a senior's file. */
export function editSenior(senior: string): void {
  useRegistryDesk.setState({ part: 'seniors', wanted: senior });
  openDialog('registry');
}

export function takeWanted(): void {
  useRegistryDesk.setState({ wanted: null });
}

/** Notes whether a form holds something that is not saved. */
export function noteUnsaved(form: string, is: boolean): void {
  const { unsaved } = useRegistryDesk.getState();
  if (unsaved.has(form) === is) return;
  const next = new Set(unsaved);
  if (is) next.add(form);
  else next.delete(form);
  useRegistryDesk.setState({ unsaved: next });
}

/** Forgets everything, for the next person. */
export function clearRegistry(): void {
  useRegistryDesk.setState({ part: 'seniors', wanted: null, unsaved: new Set() });
}
