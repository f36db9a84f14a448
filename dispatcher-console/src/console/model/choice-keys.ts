/** The keys with which the choices of a dialog are taken, in their order. */
const KEYS = [...'1234567890qwertyuiop'];

/** Returns the key of a choice, null for one that comes too late to have one. */
export function choiceKey(index: number): string | null {
  return KEYS[index] ?? null;
}

/** Returns which choice a key takes, null for none. */
export function chosenBy(key: string, choices: number): number | null {
  const index = KEYS.indexOf(key.toLowerCase());
  return index >= 0 && index < choices ? index : null;
}
