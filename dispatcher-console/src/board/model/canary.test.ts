import { describe, expect, it } from 'vitest';

import type { Canary } from './answers';
import { canaryVerdict } from './canary';

const AT = Date.parse('2026-11-24T01:00:00Z');

function round(more: Partial<Canary> = {}): Canary {
  const ports = [
    { port: 'http', took_ms: 4, failure: null },
    { port: 'watch', took_ms: 12, failure: null },
  ];
  return { every_s: 60, at: '2026-11-24T01:00:00Z', ports, outside: 'told', ...more };
}

describe('the made-up alarms', () => {
  it('say nothing where none are made up, and before the first round', () => {
    expect(canaryVerdict(null, AT)).toEqual({ is: 'off' });
    expect(canaryVerdict(round({ at: null, ports: [], outside: null }), AT)).toEqual({ is: 'waiting' });
  });

  it('are well when each arrived, and tell the slowest', () => {
    expect(canaryVerdict(round(), AT + 20_000)).toEqual({ is: 'well', ports: 2, slowest_ms: 12 });
  });

  it('name each port by which none arrived', () => {
    const ports = [...round().ports, { port: 'gt06', took_ms: null, failure: 'unreachable' as const }];
    expect(canaryVerdict(round({ ports }), AT)).toEqual({ is: 'broken', failures: [{ port: 'gt06', why: 'unreachable' }] });
  });

  it('never say that all is well when the last round is long ago', () => {
    expect(canaryVerdict(round(), AT + 180_000).is).toBe('well');
    expect(canaryVerdict(round(), AT + 181_000)).toEqual({ is: 'old', age_s: 181 });
  });
});
