import { describe, expect, it } from 'vitest';

import { AS_IT_CAME, commandFor, conflictOf, type Keyed, keysOf, read, remapped, restored, written } from './keymap';

const ANSWER: Keyed = { id: 'answer', keys: ['A'] };
const DOWN: Keyed = { id: 'down', keys: ['J', 'ArrowDown'] };
const PALETTE: Keyed = { id: 'palette', keys: ['Ctrl+K', '/'] };
const ALL = [ANSWER, DOWN, PALETTE];

describe('the keymap', () => {
  it('finds what a key means', () => {
    expect(commandFor('ArrowDown', ALL, AS_IT_CAME)).toBe(DOWN);
    expect(commandFor('Q', ALL, AS_IT_CAME)).toBeNull();
  });

  it('leaves only keys that are no characters when letters are off', () => {
    const off = { ...AS_IT_CAME, letters: false };
    expect(commandFor('A', ALL, off)).toBeNull();
    expect(keysOf(DOWN, off)).toEqual(['ArrowDown']);
    expect(keysOf(PALETTE, off)).toEqual(['Ctrl+K']);
  });

  it('moves a command to another key, and the old key means nothing', () => {
    const moved = remapped('answer', 'F8', ALL, AS_IT_CAME);
    expect(commandFor('F8', ALL, moved)).toBe(ANSWER);
    expect(commandFor('A', ALL, moved)).toBeNull();
  });

  it('names who has a key already, and what nobody may have', () => {
    expect(conflictOf('answer', 'J', ALL, AS_IT_CAME)).toEqual({ kind: 'taken', by: DOWN });
    expect(conflictOf('answer', 'Escape', ALL, AS_IT_CAME)).toEqual({ kind: 'reserved' });
    expect(conflictOf('answer', 'A', ALL, AS_IT_CAME)).toBeNull();
  });

  it('sees a conflict also with letters that are switched off', () => {
    expect(conflictOf('answer', 'J', ALL, { ...AS_IT_CAME, letters: false })?.kind).toBe('taken');
  });

  it('takes a key from who had it, who keeps another one if there is one', () => {
    const moved = remapped('answer', 'J', ALL, AS_IT_CAME);
    expect(commandFor('J', ALL, moved)).toBe(ANSWER);
    expect(keysOf(DOWN, moved)).toEqual(['ArrowDown']);
    const alone = remapped('down', 'A', ALL, AS_IT_CAME);
    expect(keysOf(ANSWER, alone)).toEqual([]);
  });

  it('restores a command, unless its key is another one’s by now', () => {
    const moved = remapped('answer', 'F8', ALL, AS_IT_CAME);
    expect(restored(ANSWER, ALL, moved)).toEqual(AS_IT_CAME);
    const taken = remapped('palette', 'A', ALL, moved);
    expect(restored(ANSWER, ALL, taken)).toBeNull();
  });

  it('comes back as it was written', () => {
    const moved = remapped('down', null, ALL, remapped('answer', 'J', ALL, { ...AS_IT_CAME, letters: false }));
    expect(read(written(moved), ALL)).toEqual(moved);
  });

  it('survives whatever lies in the browser', () => {
    for (const text of [null, '', '[]', '7', 'null', '{"changed":[]}', '{"changed":{"answer":7,"strange":"Q"}}', '{"changed":{"answer":"Escape"}}'])
      expect(read(text, ALL)).toEqual(AS_IT_CAME);
  });

  it('gives no key to two commands, whatever lies in the browser', () => {
    const twice = read('{"changed":{"answer":"F8","palette":"F8"}}', ALL);
    expect([keysOf(ANSWER, twice), keysOf(PALETTE, twice)].flat()).toHaveLength(1);
  });
});
