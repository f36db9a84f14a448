import { describe, expect, it } from 'vitest';

import { ANSWER_TARGETS, answerVerdict, nearestKnown, promiseVerdict, reportPath } from './report';

const [IN_60, IN_180] = ANSWER_TARGETS as [(typeof ANSWER_TARGETS)[number], (typeof ANSWER_TARGETS)[number]];
const answer = (p50_s: number, p90_s: number, p99_s: number, n = 40) => ({ n, p50_s, p90_s, p99_s });
const nothing = { n: 0, p50_s: null, p90_s: null, p99_s: null };

describe('97.5 % answered within 60 seconds', () => {
  it('is met when 99 % were', () => {
    expect(answerVerdict(answer(8, 20, 60), IN_60)).toBe('met');
  });

  it('is missed when not even 90 % were', () => {
    expect(answerVerdict(answer(8, 61, 200), IN_60)).toBe('missed');
  });

  it('cannot be told in between: the report has no 97.5th percentile, and none is made up', () => {
    expect(answerVerdict(answer(8, 20, 75), IN_60)).toBe('unsure');
  });

  it('is judged of nothing by nobody', () => {
    expect(answerVerdict(nothing, IN_60)).toBe('none');
    expect(nearestKnown(nothing, 0.975)).toBeNull();
  });
});

describe('99 % answered within 180 seconds', () => {
  it('is always certain', () => {
    expect(answerVerdict(answer(8, 20, 180), IN_180)).toBe('met');
    expect(answerVerdict(answer(8, 20, 181), IN_180)).toBe('missed');
  });
});

describe('the figure beside a target', () => {
  it('is the nearest percentile that the report has', () => {
    expect(nearestKnown(answer(8, 20, 75), 0.975)).toEqual({ percent: 90, time_s: 20 });
    expect(nearestKnown(answer(8, 20, 75), 0.99)).toEqual({ percent: 99, time_s: 75 });
  });
});

describe('the promise of half an hour', () => {
  it('is kept only when it was kept to everybody', () => {
    expect(promiseVerdict({ within: { '30': 1 } })).toBe('met');
    expect(promiseVerdict({ within: { '30': 0.995 } })).toBe('missed');
    expect(promiseVerdict({ within: { '30': null } })).toBe('none');
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
