import { takesText } from '../model/text-field';

const TYPING_MS = 4_000;
let lastKeyAt = -Infinity;

/** Takes note of each key, so that nothing comes between two of them; returns the way to stop. */
export function watchKeys(): () => void {
  const noteKey = (): void => {
    lastKeyAt = performance.now();
  };
  document.addEventListener('keydown', noteKey);
  return () => document.removeEventListener('keydown', noteKey);
}

/** Returns whether the operator has text in hand that a new file would tear away. */
export function isTyping(): boolean {
  const field = document.activeElement;
  if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return false;
  if (field instanceof HTMLInputElement && !takesText(field.type)) return false;
  return field.value.trim() !== '' || performance.now() - lastKeyAt < TYPING_MS;
}
