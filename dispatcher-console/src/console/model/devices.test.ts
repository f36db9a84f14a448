import { describe, expect, it } from 'vitest';

import { at, device, NOON, signal, stranger } from '../testing/samples';
import { addCommand, deviceView, saidText, strangersFirst } from './devices';

const HOUR_MS = 3_600_000;

describe('a device', () => {
  it('has an age with everything', () => {
    const view = deviceView(device({ battery_at: at(-42 * 60_000), pressed_at: at(-HOUR_MS) }), NOON, true);
    expect(view).toMatchObject({ heard_ms: 60_000, battery: { pct: 80, age_ms: 42 * 60_000 }, pressed_ms: HOUR_MS });
  });

  it('is low on battery from 15 percent down', () => {
    expect([16, 15, 0].map((battery_pct) => deviceView(device({ battery_pct }), NOON, true).battery?.low)).toEqual([false, true, true]);
    expect(deviceView(device({ battery_pct: null }), NOON, true).battery).toBeNull();
  });

  it('is missed after a day, a phone’s app after a week, and when it was never heard', () => {
    const missed = (hours: number, connected: boolean | null): boolean =>
      deviceView(device({ connected, heard_at: at(-hours * HOUR_MS) }), NOON, true).missed;
    expect([missed(24, true), missed(25, false), missed(25, null), missed(169, null)]).toEqual([false, true, false, true]);
    expect(deviceView(device({ heard_at: null }), NOON, true)).toMatchObject({ heard_ms: null, missed: true });
  });

  it('is not called connected when what is known is old', () => {
    const line = (connected: boolean | null, fresh: boolean): string => deviceView(device({ connected }), NOON, fresh).line;
    expect([line(true, true), line(false, true), line(true, false), line(false, false)]).toEqual(['connected', 'away', 'unsure', 'unsure']);
    expect([line(null, true), line(null, false)]).toEqual(['each', 'each']);
  });

  it('takes commands only where it keeps a connection', () => {
    expect([true, false, null].map((connected) => deviceView(device({ connected }), NOON, true).takesCommands)).toEqual([true, true, false]);
  });

  it('is quoted as text, else as bytes', () => {
    expect(saidText(signal({ raw_text: '[3G*1*0002*LK]\r\n' }))).toBe('[3G*1*0002*LK]');
    expect(saidText(signal({ raw_text: null, raw_hex: '78780d0a' }))).toBe('78 78 0d 0a');
    expect(saidText(signal({ raw_text: null, raw_hex: '' }))).toBe('');
  });
});

describe('strangers', () => {
  it('stand with those first that alarmed, then the latest', () => {
    const devices = [
      stranger({ device: 'old', last_at: at(-60_000) }),
      stranger({ device: 'new' }),
      stranger({ device: 'alarmed', last_at: at(-900_000), alarmed: true }),
    ];
    expect(strangersFirst(devices).map((one) => one.device)).toEqual(['alarmed', 'new', 'old']);
  });

  it('are registered by a command with the senior left open', () => {
    expect(addCommand(stranger())).toBe('silverbell device add --senior SENIOR_ID --protocol watch --id=4700021791');
  });

  it('cannot make a shell run what they call themselves', () => {
    expect(addCommand(stranger({ device: "a'; rm -rf ~" }))).toMatch(/--id='a'\\''; rm -rf ~'$/);
    expect(addCommand(stranger({ device: '$(id)' }))).toMatch(/--id='\$\(id\)'$/);
    expect(addCommand(stranger({ device: '-h' }))).toMatch(/--id=-h$/);
    expect(addCommand(stranger({ device: 'a\nb' }))).toBeNull();
    expect(addCommand(stranger({ device: '\u202eabc' }))).toBeNull();
  });

  it('that tell no name cannot be registered', () => {
    expect(addCommand(stranger({ device: '' }))).toBeNull();
    expect(addCommand(stranger({ device: ' ' }))).toBeNull();
  });
});
