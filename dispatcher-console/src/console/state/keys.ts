import type { QueryClient } from '@tanstack/react-query';

/** The keys under which requests are remembered. */
export const fileKey = (ticket: string): [string, string] => ['file', ticket];
export const CLOSED_KEY = ['tickets', 'closed'];
export const CALL_BACKS_KEY = ['tickets', 'callBacks'];
export const districtKey = (slug: string): [string, string] => ['district', slug];
export const routeKey = (offer: string): [string, string] => ['route', offer];
export const MAP_KEY = ['map'];
export const seniorKey = (senior: string): [string, string] => ['senior', senior];
export const keysKey = (senior: string): [string, string] => ['keys', senior];
export const signalsKey = (device: string, days: number): [string, string, number] => ['signals', device, days];
export const UNKNOWN_KEY = ['devices', 'unknown'];
export const UNPRESSED_KEY = ['devices', 'unpressed'];
export const TELEPHONE_KEY = ['telephone'];
export const COVER_KEY = ['cover'];
export const rosterKey = (day: string): [string, string] => ['roster', day];

/** Asks anew for the roster and how it is covered, after a change. */
export function renewRoster(client: QueryClient): void {
  for (const key of ['roster', 'cover']) void client.invalidateQueries({ queryKey: [key] });
}
