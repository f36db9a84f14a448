import { describe, expect, it } from 'vitest';

import { at, NOON, ticket } from '../../console/testing/samples';
import type { CoverNow } from '../../generated/CoverNow';
import type { CoverageNow } from './answers';
import { circleOf, shortNow } from './circle';

const coverage = (changes: Partial<CoverageNow> = {}): CoverageNow => ({
  at: at(),
  responders: 70,
  seniors: 100,
  within: { '10': 90, '20': 99, '30': 100 },
  outside: [],
  by_straight_line: 0,
  ...changes,
});
const cover = (aides: number): CoverNow => ({
  at: at(),
  asked: { aides: 4, rescuers: 8 },
  rostered: { aides: 4, rescuers: 8 },
  on_duty: { aides, rescuers: 20 },
  people: [],
  out_of_touch: [],
  gaps: [],
});
const since = (minutes: number, handling = 'answered') => ticket({ handling, times: { received: at(-minutes * 60_000) } });
const calm = { live: true, tickets: [], coverage: coverage(), cover: cover(4) };
const reasonsOf = (facts: Parameters<typeof circleOf>[0]) => circleOf(facts, NOON).reasons.map(({ reason }) => reason);

describe('the rescue circle', () => {
  it('holds when everybody is within half an hour of somebody free and no alarm is late', () => {
    expect(circleOf(calm, NOON)).toEqual({ state: 'holds', reasons: [] });
    expect(circleOf({ ...calm, tickets: [since(9)] }, NOON).state).toBe('holds');
  });

  it('is strained by an alarm that is late, not answered, or by too few on duty', () => {
    const facts = { ...calm, tickets: [since(11), since(2, 'waiting')], cover: cover(3) };
    expect(circleOf(facts, NOON)).toEqual({
      state: 'strained',
      reasons: [
        { reason: 'late10', number: 1 },
        { reason: 'unanswered', number: 1 },
        { reason: 'short', number: 1 },
      ],
    });
  });

  it('is broken when somebody has waited for half an hour, who is counted once', () => {
    const facts = { ...calm, tickets: [since(31)] };
    expect(circleOf(facts, NOON)).toEqual({ state: 'broken', reasons: [{ reason: 'late30', number: 1 }] });
  });

  it('is broken when somebody lives where nobody free would be in time', () => {
    const facts = { ...calm, coverage: coverage({ within: { '10': 90, '20': 95, '30': 97 } }) };
    expect(circleOf(facts, NOON)).toEqual({ state: 'broken', reasons: [{ reason: 'uncovered', number: 3 }] });
  });

  it('is never said to hold by what is old', () => {
    expect(circleOf({ ...calm, live: false }, NOON).state).toBe('unknown');
    expect(circleOf({ ...calm, coverage: null }, NOON).state).toBe('unknown');
  });

  it('is not excused by an unknown coverage when an alarm is late', () => {
    expect(circleOf({ ...calm, coverage: null, tickets: [since(31)] }, NOON).state).toBe('broken');
    expect(reasonsOf({ ...calm, coverage: null, tickets: [since(31)] })).toEqual(['late30', 'noCoverage']);
  });
});

describe('too few on duty', () => {
  it('are counted by role: rescuers do not stand in for aides', () => {
    expect(shortNow(cover(2))).toBe(2);
    expect(shortNow(cover(9))).toBe(0);
    expect(shortNow(null)).toBe(0);
  });
});
