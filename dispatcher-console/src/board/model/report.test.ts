import { describe, expect, it } from 'vitest';

import type { MeasureResult } from './answers';
import { measureGroups, reportPath, verdictOf } from './report';

const result = (key: string, part: Partial<MeasureResult> = {}): MeasureResult => ({
  key,
  inside: 0,
  outside: 0,
  pending: 0,
  share: null,
  target: 0.975,
  met: null,
  p50_s: null,
  p90_s: null,
  p99_s: null,
  ...part,
});

describe('the measures of today', () => {
  it('stand in the order of their limits, and what nobody asked for is left out', () => {
    const [answer, arrive] = measureGroups([
      result('answered_60s', { inside: 3, outside: 1 }),
      result('answered_15s'),
      result('called_back_24h', { inside: 7 }),
      result('answered_180s', { inside: 4, pending: 2, p50_s: 9 }),
    ]);
    expect(answer?.measures.map(({ key }) => key)).toEqual(['answered_15s', 'answered_60s', 'answered_180s']);
    expect([answer?.tickets, answer?.p50_s]).toEqual([6, 9]);
    expect(arrive).toEqual({ heading: 'arrive', measures: [], tickets: 0, p50_s: null });
  });

  it('are judged by the server, and nothing is judged of nothing', () => {
    expect(verdictOf(result('answered_60s', { share: 0.975, met: true }))).toBe('met');
    expect(verdictOf(result('answered_60s', { share: 0.97, met: false }))).toBe('missed');
    expect(verdictOf(result('on_scene_10min', { share: 0.6, target: null }))).toBe('none');
  });
});

describe('today', () => {
  it('goes from midnight to midnight by the clock of the district', () => {
    const query = new URL(reportPath('2026-11-23', 'Asia/Shanghai'), 'http://localhost').searchParams;
    expect(query.get('from')).toBe('2026-11-22T16:00:00.000Z');
    expect(query.get('to')).toBe('2026-11-23T16:00:00.000Z');
  });

  it('may have 25 hours', () => {
    const query = new URL(reportPath('2026-10-25', 'Europe/Berlin'), 'http://localhost').searchParams;
    expect(Date.parse(query.get('to') ?? '') - Date.parse(query.get('from') ?? '')).toBe(25 * 3_600_000);
  });
});
