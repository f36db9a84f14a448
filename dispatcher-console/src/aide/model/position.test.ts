import { describe, expect, it } from 'vitest';

import { NOON } from '../testing/files';
import { distance_m, type Fix, isReportDue, positionWords } from './position';

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
    expect(positionWords({ kind: 'searching' }, NOON).help).toBe('position.searching_help');
  });
});

it('measures as the crow flies', () => {
  expect(distance_m(HERE, THERE)).toBeCloseTo(111.2, 0);
  expect(distance_m(HERE, HERE)).toBe(0);
});
