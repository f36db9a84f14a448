import { describe, expect, it } from 'vitest';

import { parseLiveMessage } from './live-message';

const alarm = {
  id: '0193a1f0-0000-7000-8000-000000000001',
  kind: 'sos',
  protocol: 'watch',
  device: '861234567890123',
  received_at: '2026-11-21T12:00:00.000Z',
  position: { lat: 24.51, lon: 117.66, accuracy_m: 20, source: 'gps', at: '2026-11-21T11:59:58.000Z' },
};

function parsed(alarms: unknown[], rest: object = {}): unknown {
  return parseLiveMessage(JSON.stringify({ type: 'unrecorded', at: alarm.received_at, alarms, total: alarms.length, ...rest }));
}

describe('the message of alarms that are not yet recorded', () => {
  it('is read with and without a position', () => {
    expect(parsed([alarm, { ...alarm, id: 'a2', position: null }], { total: 137 })).toMatchObject({
      type: 'unrecorded',
      total: 137,
      alarms: [alarm, { id: 'a2', position: null }],
    });
    expect(parsed([])).toMatchObject({ alarms: [], total: 0 });
  });

  it('does not lose an alarm over a position that cannot be read', () => {
    const { position: _, ...nowhere } = alarm;
    for (const odd of [nowhere, { ...alarm, position: 'north' }, { ...alarm, position: { lat: '24' } }])
      expect(parsed([odd])).toMatchObject({ alarms: [{ id: alarm.id, position: null }] });
  });

  it('reads a position without a radius', () => {
    const { accuracy_m: _, ...position } = alarm.position;
    expect(parsed([{ ...alarm, position }])).toMatchObject({ alarms: [{ position: { ...position, accuracy_m: null } }] });
  });

  it('lets through what a later server adds', () => {
    expect(parsed([{ ...alarm, kind: 'smoke', floor: 3 }])).toMatchObject({ alarms: [{ kind: 'smoke', floor: 3 }] });
  });

  it('is none when an alarm has no identity', () => {
    expect(parsed([{ ...alarm, id: undefined }])).toBeNull();
  });
});

describe('the message of telephone calls', () => {
  const ringing = { id: 'c1', direction: 'in', state: 'ringing', number: '13800138000', withheld: false, seniors: [], ringing_at: alarm.received_at };
  const read = (calls: unknown[]): unknown => parseLiveMessage(JSON.stringify({ type: 'calls', at: alarm.received_at, calls }));

  it('is read, and none may be told as well', () => {
    expect(read([ringing])).toMatchObject({ type: 'calls', calls: [ringing] });
    expect(read([])).toMatchObject({ calls: [] });
  });

  it('does not lose a call over a caller who cannot be read', () => {
    const { number: _, withheld: __, ...bare } = ringing;
    expect(read([{ ...bare, seniors: [{ name: 7 }] }])).toMatchObject({
      calls: [{ id: 'c1', number: null, withheld: false, seniors: [], by: null, result: null, summary: null }],
    });
  });

  it('is none when a call has no state', () => {
    expect(read([{ ...ringing, state: undefined }])).toBeNull();
  });
});
