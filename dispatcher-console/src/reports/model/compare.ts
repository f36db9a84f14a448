/** Which way a figure is better; `none`: it is neither. */
export type Better = 'more' | 'less' | 'none';

export interface Difference {
  /** Now less before. */
  by: number;
  /** `same` also where both are nothing. */
  is: 'better' | 'worse' | 'more' | 'less' | 'same';
}

/**
 * Returns how a figure differs from the one before; null where either is not known. What is less than `least` is no
 * difference: nobody reads it.
 */
export function differenceOf(now: number | null, before: number | null, better: Better, least = 0): Difference | null {
  if (now === null || before === null) return null;
  const by = now - before;
  if (by === 0 || Math.abs(by) < least) return { by: 0, is: 'same' };
  if (better === 'none') return { by, is: by > 0 ? 'more' : 'less' };
  return { by, is: by > 0 === (better === 'more') ? 'better' : 'worse' };
}
