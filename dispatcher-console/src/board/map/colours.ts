import type { Theme } from '../../console/model/theme';

/** One hue from strong to faint: who cannot tell colours tells light from dark. */
export interface BoardColours {
  /** By ring, the narrowest first. */
  areas: readonly string[];
  edge: string;
  outside: string;
  free: string;
  halo: string;
}

const LIGHT: BoardColours = {
  areas: ['#1d6fa5', '#6ba3c8', '#b3d0e2'],
  edge: '#174f76',
  outside: '#b30f1c',
  free: '#23453a',
  halo: '#ffffff',
};

const NIGHT: BoardColours = {
  areas: ['#3f93c9', '#2a658c', '#1c4560'],
  edge: '#8cc4ea',
  outside: '#ff9189',
  free: '#cfe9dd',
  halo: '#0c1110',
};

export function boardColoursOf(theme: Theme): BoardColours {
  return theme === 'night' ? NIGHT : LIGHT;
}

/** Returns the colour of a ring; where there are more rings than shades the widest share the faintest. */
export function shadeOf({ areas }: BoardColours, rank: number): string {
  return areas[Math.min(rank, areas.length - 1)] ?? areas[0] ?? '';
}
