import { describe, expect, it } from 'vitest';

import { canRetry, isTooLarge, wordsFor } from './photo';

describe('a photo that did not arrive', () => {
  it('is sent again only where that can help', () => {
    for (const status of [0, 429, 500, 503]) {
      expect(canRetry(status)).toBe(true);
      expect(wordsFor(status)).toBe('photo.unsent');
    }
    for (const status of [403, 409, 413, 415, 422]) expect(canRetry(status)).toBe(false);
  });

  it('says what was wrong with it', () => {
    expect([403, 409, 413, 415, 422].map(wordsFor)).toEqual([
      'photo.not_yours',
      'photo.no_more',
      'photo.too_large',
      'photo.no_picture',
      'photo.refused',
    ]);
  });

  it('is not sent at all when the centre cannot take it', () => {
    expect(isTooLarge(40_000_000)).toBe(true);
    expect(isTooLarge(300_000)).toBe(false);
  });
});
