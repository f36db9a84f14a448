import type { Month } from '../../generated/Month';

/** The own month as it is shown: `2026-11`, and what the centre said of it. */
export interface MonthView {
  month: string;
  data: Month | null;
  problem: boolean;
}

/** Returns the month of a moment by the phone's clock face. */
export function monthOf(now: number): string {
  const date = new Date(now);
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}`;
}

/** Returns the month before or after. */
export function beside(month: string, by: -1 | 1): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const months = year * 12 + (number - 1) + by;
  return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, '0')}`;
}
