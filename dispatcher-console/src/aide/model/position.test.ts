import { describe, expect, it } from 'vitest';

import { NOON } from '../testing/files';
import { distance_m, type Doubt, doubtOf, type Fix, isReportDue, positionWords } from './position';

const HERE = { lat: 24.51, lon: 117.66 };
/** About 111 m to the north. */
const THERE = { lat: 24.511, lon: 117.66 };

const fix = (more: Partial<Fix> = {}): Fix => ({ ...HERE, accuracy_m: 10, speed_mps: null, at: NOON, ...more });
const last = { fix: fix(), sentAt: NOON };
const after = (s: number): number => NOON + s * 1000;

describe('the rule of reports', () => {
  it('sends the first position at once', () => {
    expect(isReportDue(null, fix(), NOON)).toBe(true);
  });

  it('sends at most one every 10 s on the move', () => {
    expect(isReportDue(last, fix(THERE), after(9))).toBe(false);
    expect(isReportDue(last, fix(THERE), after(10))).toBe(true);
    expect(isReportDue(last, fix({ speed_mps: 4 }), after(10))).toBe(true);
  });

  it('sends one a minute at rest, and takes the jitter of a phone for rest', () => {
    const jitter = fix({ lat: HERE.lat + 0.0001 });
    expect(isReportDue(last, jitter, after(59))).toBe(false);
    expect(isReportDue(last, jitter, after(60))).toBe(true);
  });
});

describe('a phone that jumps', () => {
  /** 5 km to the north. */
  const far = (s: number, more: Partial<Fix> = {}): Fix => fix({ lat: HERE.lat + 0.045, at: after(s), ...more });

  /** What is doubted of a fix that is heard so many seconds after noon. */
  const heard = (s: number, said: Fix, doubt: Doubt | null = null): Doubt | null => doubtOf(fix(), doubt, said, after(s));

  it('is doubted, and believed again at once when it is back', () => {
    const doubt = heard(5, far(5));
    expect(doubt).toEqual({ fix: far(5), since: after(5) });
    expect(heard(10, fix({ at: after(10) }), doubt)).toBeNull();
  });

  it('is believed when it stands by it, also with one stamp for all it says', () => {
    for (const stamp of [(s: number) => s, () => 5]) {
      const doubt = heard(20, far(stamp(20)), heard(5, far(stamp(5))));
      expect(doubt?.since).toBe(after(5));
      expect(heard(25, far(stamp(25)), doubt)).toBeNull();
    }
  });

  it('is doubted anew when it jumps on', () => {
    const on = fix({ lat: HERE.lat - 0.045, at: after(26) });
    expect(heard(26, on, { fix: far(5), since: after(5) })?.since).toBe(after(26));
  });

  it('is not doubted on the first fix, on a car, after a sleep, or within what it says of its error', () => {
    expect(doubtOf(null, null, far(5), after(5))).toBeNull();
    expect(heard(10, fix({ lat: HERE.lat + 0.002, at: after(10) }))).toBeNull();
    expect(heard(300, far(300))).toBeNull();
    expect(heard(5, far(5, { accuracy_m: 6_000 }))).toBeNull();
  });
});

describe('what is said of the own position', () => {
  it('is good only when it is fresh and was sent', () => {
    expect(positionWords({ kind: 'shared', fix: fix(), sentAt: after(2) }, after(14))).toMatchObject({
      text: 'position.shared',
      tone: 'good',
      age_ms: 12_000,
      accuracy_m: 10,
    });
  });

  it('is bad when the phone has not found itself for long, however recently it spoke', () => {
    const words = positionWords({ kind: 'shared', fix: fix(), sentAt: after(170) }, after(180));
    expect(words).toMatchObject({ text: 'position.old', tone: 'bad', age_ms: 180_000 });
  });

  it('names each reason why nothing is shared, and what to do', () => {
    for (const why of ['denied', 'insecure', 'unsupported'] as const) {
      const words = positionWords({ kind: 'blocked', why }, NOON);
      expect(words).toMatchObject({ text: `position.${why}`, help: `position.${why}_help`, tone: 'bad' });
      expect(words.retry).toBe(why === 'denied');
    }
    expect(positionWords({ kind: 'unsent', fix: fix() }, NOON).text).toBe('position.unsent');
    const doubted = positionWords({ kind: 'doubted', fix: fix(), jump_m: 5_004 }, NOON);
    expect(doubted).toMatchObject({ text: 'position.doubted', jump_m: 5_004, tone: 'wait' });
    expect(positionWords({ kind: 'searching' }, NOON).help).toBe('position.searching_help');
  });
});

it('measures as the crow flies', () => {
  expect(distance_m(HERE, THERE)).toBeCloseTo(111.2, 0);
  expect(distance_m(HERE, HERE)).toBe(0);
});
