import type { CoverageNow, Isochrones, Outside, StandbySuggestions } from './answers';

export interface Share {
  min: number;
  seniors: number;
  /** 0 to 1; null where there is no senior. */
  share: number | null;
}

/** Returns the share of seniors within each ring, the narrowest first; the server tells which rings there are. */
export function sharesOf({ within, seniors }: Pick<CoverageNow, 'within' | 'seniors'>): Share[] {
  return minutesOf(within).map((min) => {
    const inside = within[String(min)] ?? 0;
    return { min, seniors: inside, share: seniors === 0 ? null : inside / seniors };
  });
}

function minutesOf(by: Record<string, unknown>): number[] {
  return Object.keys(by)
    .map(Number)
    .sort((a, b) => a - b);
}

/** Returns a share in percent, rounded down: of what is not whole nobody shall read 100. */
export function percent(share: number | null): string {
  if (share === null) return '—';
  // 0.29 * 1000 is a little less than 290.
  const tenths = Math.floor(share * 1000 + 1e-9);
  return tenths === 1000 ? '100 %' : `${(tenths / 10).toFixed(1)} %`;
}

export interface VillageOutside {
  village: string;
  number: number;
  /** How long the slowest way is; null when nobody is free. */
  eta_s: number | null;
  lat: number;
  lon: number;
}

/** About half a kilometre: a mark on a wall shows a village and no door. */
const COARSE_DEG = 0.005;

/** Returns who is outside by village, most first; the place is that of the village and of nobody's home. */
export function outsideByVillage(outside: readonly Outside[]): VillageOutside[] {
  const villages = new Map<string, Outside[]>();
  for (const one of outside) villages.set(one.village, [...(villages.get(one.village) ?? []), one]);
  const coarse = (degrees: readonly number[]): number => {
    const mean = degrees.reduce((sum, one) => sum + one, 0) / degrees.length;
    return Math.round(mean / COARSE_DEG) * COARSE_DEG;
  };
  return [...villages]
    .map(([village, there]) => {
      const etas_s = there.map(({ eta_s }) => eta_s);
      return {
        village,
        number: there.length,
        eta_s: etas_s.includes(null) ? null : Math.max(...etas_s.map(Number)),
        lat: coarse(there.map(({ lat }) => lat)),
        lon: coarse(there.map(({ lon }) => lon)),
      };
    })
    .sort((a, b) => b.number - a.number || a.village.localeCompare(b.village, 'zh'));
}

/** Returns the areas from the widest to the narrowest, as they lie above each other, each with its place among them. */
export function areasOf({ features }: Isochrones): { rank: number; min: number; area: Isochrones['features'][number]['geometry'] }[] {
  // Where nobody is free, or there are no roads, an area is empty.
  const drawn = features.filter(({ geometry }) => geometry.coordinates.length > 0);
  const narrowFirst = drawn.sort((a, b) => a.properties.within_min - b.properties.within_min);
  return narrowFirst
    .map(({ properties, geometry }, rank) => ({ rank, min: properties.within_min, area: geometry }))
    .reverse();
}

/** Returns how many more seniors each ring would hold. */
export function gainsOf({ now, then }: Pick<StandbySuggestions, 'now' | 'then'>): { min: number; more: number }[] {
  return minutesOf(then).map((min) => ({ min, more: (then[String(min)] ?? 0) - (now[String(min)] ?? 0) }));
}
