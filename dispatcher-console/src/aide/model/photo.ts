import type { WordKey } from '../words/words';

/** The centre takes no larger photo, bytes. One that this phone can draw is made far smaller before. */
const MOST_BYTES = 8 * 1024 * 1024;

/** The status by which the centre says so; said here at once, when nothing was sent. */
export const TOO_LARGE = 413;

/** Returns whether a photo would travel for minutes only to be refused. */
export function isTooLarge(bytes: number): boolean {
  return bytes > MOST_BYTES;
}

/** Returns whether the same photo can be sent again with hope: no answer, or the centre is busy. */
export function canRetry(status: number): boolean {
  return status === 0 || status === 408 || status === 429 || status >= 500;
}

/** Returns what to say of a photo that did not arrive, with what to do. */
export function wordsFor(status: number): WordKey {
  if (canRetry(status)) return 'photo.unsent';
  switch (status) {
    case 403:
      return 'photo.not_yours';
    case 409:
      return 'photo.no_more';
    case TOO_LARGE:
      return 'photo.too_large';
    case 415:
      return 'photo.no_picture';
    default:
      return 'photo.refused';
  }
}
