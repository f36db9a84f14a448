import { describe, expect, it } from 'vitest';

import { anOffer, NOON } from '../testing/files';
import { countdownOf, isLapsed } from './countdown';

const offer = anOffer();
const after = (ms: number): number => NOON + ms;

describe('the countdown', () => {
  it('counts whole seconds rounded up, on the given clock', () => {
    expect(countdownOf(offer, NOON)).toEqual({ left_s: 30, share: 1, hurry: false, over: false });
    expect(countdownOf(offer, after(14_500))).toMatchObject({ left_s: 16, hurry: false });
    expect(countdownOf(offer, after(15_000)).share).toBe(0.5);
  });

  it('hurries at the end and never goes below zero', () => {
    expect(countdownOf(offer, after(20_000))).toMatchObject({ left_s: 10, hurry: true, over: false });
    expect(countdownOf(offer, after(99_000))).toEqual({ left_s: 0, share: 0, hurry: true, over: true });
  });

  it('shows no more than the whole when the clocks disagree', () => {
    expect(countdownOf(offer, after(-5_000)).share).toBe(1);
  });

  it('leaves an offer on the screen a little while the centre decides', () => {
    expect(isLapsed(offer, after(31_000))).toBe(false);
    expect(isLapsed(offer, after(40_000))).toBe(true);
  });
});
