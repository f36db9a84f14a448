/** How much is left in the phone; null where the browser does not tell. */
export type Battery = { level_pct: number; charging: boolean } | null;

/** From here down a phone may be dark before a job ends, percent. */
const LOW_PCT = 20;

/** Returns whether the phone should be charged before anybody counts on it. */
export function isLow(battery: Battery): boolean {
  return battery !== null && !battery.charging && battery.level_pct <= LOW_PCT;
}
