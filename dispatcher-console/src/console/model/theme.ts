/** How the page looks: for a lit room, or for a dark one. */
export type Theme = 'light' | 'night';

/** What somebody chose; `system` follows the PC. */
export type ThemeChoice = Theme | 'system';

export const THEME_CHOICES: readonly ThemeChoice[] = ['light', 'night', 'system'];

/** Returns what a memory says; whoever never chose follows the PC. */
export function choiceOf(remembered: string | null): ThemeChoice {
  return THEME_CHOICES.find((choice) => choice === remembered) ?? 'system';
}

export function themeOf(choice: ThemeChoice, systemIsDark: boolean): Theme {
  if (choice !== 'system') return choice;
  return systemIsDark ? 'night' : 'light';
}
