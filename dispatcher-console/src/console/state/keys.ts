/** The keys under which requests are remembered. */
export const fileKey = (ticket: string): [string, string] => ['file', ticket];
export const CLOSED_KEY = ['tickets', 'closed'];
export const districtKey = (slug: string): [string, string] => ['district', slug];
export const routeKey = (offer: string): [string, string] => ['route', offer];
export const mapKey = (slug: string): [string, string] => ['map', slug];
export const seniorKey = (senior: string): [string, string] => ['senior', senior];
export const signalsKey = (device: string, days: number): [string, string, number] => ['signals', device, days];
export const UNKNOWN_KEY = ['devices', 'unknown'];
export const UNPRESSED_KEY = ['devices', 'unpressed'];
export const TELEPHONE_KEY = ['telephone'];
