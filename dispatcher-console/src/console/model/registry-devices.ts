import type { Device } from '../../generated/Device';

/** Protocols whose devices prove with a key who they are. */
const WITH_KEY: ReadonlySet<string> = new Set(['http', 'owntracks']);

export function hasKey(protocol: string): boolean {
  return WITH_KEY.has(protocol);
}

/** A senior's devices. */
export interface DeviceGroup {
  senior: string;
  name: string;
  devices: Device[];
}

/** Returns devices by whose they are, in the order of names. */
export function bySenior(devices: readonly Device[]): DeviceGroup[] {
  const groups = new Map<string, DeviceGroup>();
  for (const device of devices) {
    const group = groups.get(device.senior) ?? { senior: device.senior, name: device.senior_name ?? '', devices: [] };
    group.devices.push(device);
    groups.set(device.senior, group);
  }
  return [...groups.values()].sort((a, b) => a.name.localeCompare(b.name, 'zh') || a.senior.localeCompare(b.senior));
}
