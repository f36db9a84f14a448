import { describe, expect, it } from 'vitest';

import { en, zh } from '../i18n/languages';
import { isTakeable } from '../model/stroke';
import { COMMANDS } from './commands';

describe('the commands', () => {
  it('have each a key of their own, as they come', () => {
    const keys = COMMANDS.flatMap((command) => command.keys);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  it('take no key that the browser or a field needs', () => {
    expect(COMMANDS.flatMap((command) => command.keys).filter((key) => !isTakeable(key))).toEqual([]);
  });

  it('are called by words in both languages', () => {
    for (const { id } of COMMANDS) for (const words of [zh, en]) expect(words.command).toHaveProperty(id);
  });
});
