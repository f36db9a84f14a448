import { create } from 'zustand';

import { choiceOf, type Theme, type ThemeChoice, themeOf } from '../model/theme';

const KEY = 'silverbell.theme';
const dark = window.matchMedia('(prefers-color-scheme: dark)');

interface ThemeState {
  choice: ThemeChoice;
  theme: Theme;
}

/** What a page wants whatever anybody chose: a wall is in the room of everybody. */
let wanted: Theme | null = null;

const useThemeState = create<ThemeState>(() => stateOf(recall()));

function stateOf(choice: ThemeChoice): ThemeState {
  return { choice, theme: wanted ?? themeOf(choice, dark.matches) };
}

/** Marks the document before the first drawing, and follows the PC and this browser's other windows. */
export function startTheme(): void {
  mark();
  useThemeState.subscribe(mark);
  dark.addEventListener('change', () => useThemeState.setState(({ choice }) => stateOf(choice)));
  window.addEventListener('storage', ({ key, newValue }) => {
    if (key === KEY) useThemeState.setState(stateOf(choiceOf(newValue)));
  });
}

/** Shows a theme as long as the page wants it; what was chosen stays. */
export function wantTheme(theme: Theme | null): void {
  wanted = theme;
  useThemeState.setState(({ choice }) => stateOf(choice));
}

/** Chooses for this browser; the person at the next desk sits in another light. */
export function chooseTheme(choice: ThemeChoice): void {
  try {
    localStorage.setItem(KEY, choice);
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
  useThemeState.setState(stateOf(choice));
}

/** Returns the theme in use, for what is not drawn by style sheets. */
export function useTheme(): Theme {
  return useThemeState((state) => state.theme);
}

/** Returns the theme in use, outside of components. */
export function theme(): Theme {
  return useThemeState.getState().theme;
}

export function useThemeChoice(): ThemeChoice {
  return useThemeState((state) => state.choice);
}

function mark(): void {
  document.documentElement.dataset['theme'] = theme();
}

function recall(): ThemeChoice {
  try {
    return choiceOf(localStorage.getItem(KEY));
  } catch {
    return 'system';
  }
}
