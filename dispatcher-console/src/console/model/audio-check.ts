/** A shift: after it the loudspeaker is checked anew. */
const SHIFT_MS = 12 * 3600 * 1000;

/** What came of the audio check (声音检查) of a shift. */
export interface AudioCheck {
  /** When, by the server's clock. */
  at: number;
  heard: boolean;
}

/** Returns the check that was kept for somebody, null for none; what cannot be read counts as none. */
export function parseCheck(text: string | null): AudioCheck | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return null;
    const { at, heard } = value as Partial<AudioCheck>;
    return typeof at === 'number' && typeof heard === 'boolean' ? { at, heard } : null;
  } catch {
    return null;
  }
}

/** Returns whether the loudspeaker has to be checked: never checked, not heard, or in another shift. */
export function isCheckDue(check: AudioCheck | null, now: number): boolean {
  // A check of the future was made by a clock that was wrong.
  return check === null || !check.heard || now - check.at >= SHIFT_MS || check.at - now > SHIFT_MS;
}
