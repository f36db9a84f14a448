import { isWork } from '../../console/model/queue';
import type { DeviceWork } from '../../generated/DeviceWork';
import type { Ticket } from '../../generated/Ticket';

export interface DeviceFigures {
  /** By what is wrong with them, most first: `silent`, `low_battery`. */
  troubles: { trouble: string; number: number }[];
  /** Where the silent ones are, most first: many of one village are often one mast. */
  villages: { village: string; number: number }[];
  /** Since when the silent one that is longest silent is so. */
  since: string | null;
  /** Tickets of work that are open for them. */
  tickets: number;
}

/** Returns what the open work on devices comes to; a device on two tickets is one. */
export function deviceFigures(tickets: Iterable<Ticket>): DeviceFigures {
  const work = [...tickets].filter(isWork);
  const devices = [...new Map(work.flatMap((ticket) => ticket.devices).map((device) => [device.id, device])).values()];
  const silent = devices.filter(({ trouble }) => trouble === 'silent');
  return {
    troubles: counted(devices, ({ trouble }) => trouble).map(([trouble, number]) => ({ trouble, number })),
    villages: counted(silent, ({ village }) => village).map(([village, number]) => ({ village, number })),
    since: silent.map(({ since }) => since).sort()[0] ?? null,
    tickets: work.length,
  };
}

function counted(devices: readonly DeviceWork[], of: (device: DeviceWork) => string): [string, number][] {
  const counts = new Map<string, number>();
  for (const device of devices) counts.set(of(device), (counts.get(of(device)) ?? 0) + 1);
  return [...counts].sort(([a, more], [b, most]) => most - more || a.localeCompare(b, 'zh'));
}
