import type { Device } from '../../generated/Device';
import type { DeviceSignal } from '../../generated/DeviceSignal';
import type { UnknownDevice } from '../../generated/UnknownDevice';

/** From here down a battery is low, as the server's default has it. */
export const LOW_PCT = 15;

const HOUR_MS = 3_600_000;
/** A device that keeps a connection is missed sooner than a phone's app, as the server's defaults have it. */
const MISSED_AFTER_MS = { connected: 24 * HOUR_MS, app: 168 * HOUR_MS };

/** What a device last said of itself, each with its age. */
export interface DeviceView {
  battery: { pct: number; age_ms: number | null; low: boolean } | null;
  /** How long ago anything came from it; null while nothing has. */
  heard_ms: number | null;
  /** Silent for so long that somebody should look after it. */
  missed: boolean;
  pressed_ms: number | null;
  line: Line;
  /** Whether it can be asked anything. */
  takesCommands: boolean;
}

/** `each`: it connects anew with each message. `unsure`: nothing fresh is known. */
export type Line = 'connected' | 'away' | 'each' | 'unsure';

/** Returns a device as it is shown; `fresh` unless what is known is from before a lost connection. */
export function deviceView(device: Device, now: number, fresh: boolean): DeviceView {
  const age = (at: string | null): number | null => (at === null ? null : Math.max(0, now - Date.parse(at)));
  const heard_ms = age(device.heard_at);
  const patience_ms = device.connected === null ? MISSED_AFTER_MS.app : MISSED_AFTER_MS.connected;
  return {
    battery:
      device.battery_pct === null
        ? null
        : { pct: device.battery_pct, age_ms: age(device.battery_at), low: device.battery_pct <= LOW_PCT },
    heard_ms,
    missed: heard_ms === null || heard_ms > patience_ms,
    pressed_ms: age(device.pressed_at),
    line: lineOf(device.connected, fresh),
    takesCommands: device.connected !== null,
  };
}

function lineOf(connected: boolean | null, fresh: boolean): Line {
  if (connected === null) return 'each';
  if (!fresh) return 'unsure';
  return connected ? 'connected' : 'away';
}

/** Returns what a device said as people can read it: its text, else its bytes in pairs. */
export function saidText({ raw_text, raw_hex }: Pick<DeviceSignal, 'raw_text' | 'raw_hex'>): string {
  const text = raw_text?.trim() ?? '';
  return text === '' ? (raw_hex.match(/.{1,2}/g) ?? []).join(' ') : text;
}

/** Returns strangers with those first that alarmed, then the latest heard. */
export function strangersFirst(devices: readonly UnknownDevice[]): UnknownDevice[] {
  return [...devices].sort(
    (a, b) => Number(b.alarmed) - Number(a.alarmed) || Date.parse(b.last_at) - Date.parse(a.last_at),
  );
}

/** Stands in a command where the senior's id belongs. */
export const SENIOR_BLANK = 'SENIOR_ID';

/**
 * Returns the command that registers a stranger, null where there is none.
 *
 * What a stranger calls itself is a stranger's word: whoever pastes it into a shell must not run it.
 */
export function addCommand({ protocol, device }: Pick<UnknownDevice, 'protocol' | 'device'>): string | null {
  if (device.trim() === '' || /[\p{C}\p{Zl}\p{Zp}]/u.test(protocol + device)) return null;
  return `silverbell device add --senior ${SENIOR_BLANK} --protocol ${quoted(protocol)} --id=${quoted(device)}`;
}

function quoted(text: string): string {
  return /^[\w.:@+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
