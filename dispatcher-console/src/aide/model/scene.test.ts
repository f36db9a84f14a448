import { describe, expect, it } from 'vitest';

import { BLANK, draftOf, hereOf, isGrave, reportOf, wrongAddressOf } from './scene';

const fix = { lat: 24.6, lon: 118.1, accuracy_m: 12, speed_mps: null, at: 1_000_000 };

describe('the short form', () => {
  it('goes nowhere without the two things that 120 asks first', () => {
    expect(reportOf({ ...BLANK, conscious: 'clear' }, 0)).toBeNull();
    expect(reportOf({ ...BLANK, breathing: 'normal' }, 0)).toBeNull();
    expect(reportOf({ ...BLANK, conscious: 'clear', breathing: 'normal' }, 0)).toMatchObject({ fell: null, pain: null, measures: [], at: '1970-01-01T00:00:00.000Z' });
  });

  it('tells no from not asked', () => {
    expect(reportOf({ ...BLANK, conscious: 'clear', breathing: 'normal', fell: 'no' }, 0)?.fell).toBe(false);
  });

  it('says when a life is in danger', () => {
    expect(isGrave({ conscious: 'clear', breathing: 'normal' })).toBe(false);
    expect(isGrave({ conscious: 'confused', breathing: 'normal' })).toBe(false);
    expect(isGrave({ conscious: 'unresponsive', breathing: 'normal' })).toBe(true);
    expect(isGrave({ conscious: 'clear', breathing: 'laboured' })).toBe(true);
  });

  it('begins with what the centre knows when it is brought up to date', () => {
    const scene = {
      offer: 'o1', responder: 'r1', at: '2026-11-21T04:00:00Z', conscious: 'confused', breathing: 'normal', fell: true,
      pain: 'some', measures: ['helped_up', 'a new one'], outcome: 'hospital', note: 'n', grave: false,
    };
    expect(draftOf(scene)).toEqual({
      conscious: 'confused', breathing: 'normal', fell: 'yes', pain: 'some', measures: ['helped_up'], outcome: 'hospital', note: 'n',
    });
  });
});

describe('a wrong address', () => {
  it('takes the place of the phone only while it is fresh', () => {
    expect(hereOf({ kind: 'shared', fix, sentAt: fix.at }, fix.at + 60_000)).toBe(fix);
    expect(hereOf({ kind: 'shared', fix, sentAt: fix.at }, fix.at + 60_001)).toBeNull();
    expect(hereOf({ kind: 'doubted', fix, jump_m: 5_000 }, fix.at)).toBeNull();
    expect(hereOf({ kind: 'searching' }, fix.at)).toBeNull();
  });

  it('needs a place or words', () => {
    expect(wrongAddressOf(null, '  ', 0)).toBeNull();
    expect(wrongAddressOf(null, ' 3 号楼 ', 0)).toMatchObject({ lat: null, lon: null, accuracy_m: null, text: '3 号楼' });
    expect(wrongAddressOf(fix, '', 0)).toMatchObject({ lat: 24.6, lon: 118.1, accuracy_m: 12 });
  });
});
