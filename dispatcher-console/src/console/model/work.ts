import type { DeviceWork } from '../../generated/DeviceWork';
import type { Ticket } from '../../generated/Ticket';

/** How many devices of a ticket have which trouble, the commonest first. */
export function troublesOf({ devices }: Pick<Ticket, 'devices'>): { trouble: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { trouble } of devices) counts.set(trouble, (counts.get(trouble) ?? 0) + 1);
  return [...counts].map(([trouble, count]) => ({ trouble, count })).sort((a, b) => b.count - a.count);
}

/** Returns the villages a ticket's devices are in: many devices of one village are often one mast. */
export function villagesOf({ devices }: Pick<Ticket, 'devices'>): string[] {
  return [...new Set(devices.map(({ village }) => village).filter((village) => village !== ''))];
}

/** Returns devices in the order of a round of visits: village by village, in each whoever is longest without. */
export function visitOrder(devices: readonly DeviceWork[]): DeviceWork[] {
  return [...devices].sort(
    (a, b) => a.village.localeCompare(b.village, 'zh') || Date.parse(a.since) - Date.parse(b.since),
  );
}
