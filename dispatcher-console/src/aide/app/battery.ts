import type { Battery } from '../model/battery';

/** The part of the browser's battery that is used; Chromium on Android has it, others do not. */
interface BatteryManager extends EventTarget {
  readonly level: number;
  readonly charging: boolean;
}

/** Tells how much is left in the phone, at once and whenever it changes. */
export async function watchBattery(onState: (battery: Battery) => void): Promise<void> {
  const { getBattery } = navigator as { getBattery?: () => Promise<BatteryManager> };
  if (getBattery === undefined) return;
  try {
    const battery = await getBattery.call(navigator);
    const tell = (): void => onState({ level_pct: Math.round(battery.level * 100), charging: battery.charging });
    for (const change of ['levelchange', 'chargingchange']) battery.addEventListener(change, tell);
    tell();
  } catch {
    // Forbidden by the browser: nothing is shown.
  }
}
