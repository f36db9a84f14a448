import { describe, expect, it } from 'vitest';

import { choiceOf, themeOf } from './theme';

describe('the theme', () => {
  it('is the chosen one, whatever the PC prefers', () => {
    expect(themeOf('light', true)).toBe('light');
    expect(themeOf('night', false)).toBe('night');
  });

  it('follows the PC when nothing was chosen', () => {
    expect(themeOf(choiceOf(null), true)).toBe('night');
    expect(themeOf(choiceOf(null), false)).toBe('light');
  });

  it('takes a memory it does not know for none', () => {
    expect(choiceOf('sepia')).toBe('system');
    expect(choiceOf('night')).toBe('night');
  });
});
