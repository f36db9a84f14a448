import { describe, expect, it } from 'vitest';

import { ariaStroke, isCharacter, isTakeable, type KeyPress, shownStroke, strokeOf } from './stroke';

function press(key: string, more: Partial<KeyPress> = {}): KeyPress {
  return { key, code: '', keyCode: 0, isComposing: false, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more };
}

describe('a stroke', () => {
  it('is a letter whatever caps lock says', () => {
    expect(strokeOf(press('a'))).toBe('A');
    expect(strokeOf(press('A'))).toBe('A');
    expect(strokeOf(press('A', { shiftKey: true }))).toBe('Shift+A');
  });

  it('is a sign whatever keyboard needs Shift for it, wide or narrow', () => {
    expect(strokeOf(press('?', { shiftKey: true }))).toBe('?');
    expect(strokeOf(press('？', { shiftKey: true }))).toBe('?');
    expect(strokeOf(press('、'))).toBe('/');
  });

  it('knows its modifiers, and takes Command for Ctrl', () => {
    expect(strokeOf(press('k', { ctrlKey: true }))).toBe('Ctrl+K');
    expect(strokeOf(press('k', { metaKey: true }))).toBe('Ctrl+K');
    expect(strokeOf(press('F6', { shiftKey: true }))).toBe('Shift+F6');
    expect(strokeOf(press('1', { altKey: true }))).toBe('Alt+1');
  });

  it('is the letter in its place on a keyboard of another alphabet', () => {
    expect(strokeOf(press('ф', { code: 'KeyA' }))).toBe('A');
  });

  it('is nothing while an input method composes', () => {
    expect(strokeOf(press('a', { isComposing: true }))).toBeNull();
    expect(strokeOf(press('a', { keyCode: 229 }))).toBeNull();
    expect(strokeOf(press('Process'))).toBeNull();
    expect(strokeOf(press('Dead'))).toBeNull();
  });

  it('is nothing when only a modifier is down', () => {
    expect(strokeOf(press('Shift', { shiftKey: true }))).toBeNull();
  });
});

describe('what may be taken', () => {
  it('leaves the browser and the fields what they need', () => {
    for (const stroke of ['Enter', 'Escape', 'Tab', 'Space', 'Ctrl+C', 'F5', 'Ctrl+W']) expect(isTakeable(stroke), stroke).toBe(false);
    for (const stroke of ['A', 'Shift+A', '?', 'F1', 'Ctrl+K', 'ArrowDown', 'Alt+L']) expect(isTakeable(stroke), stroke).toBe(true);
  });

  it('tells characters, which may be struck by mistake, from the rest', () => {
    expect(['A', 'Shift+A', '/', '2'].every(isCharacter)).toBe(true);
    expect(['F1', 'Ctrl+K', 'ArrowDown', 'Shift+F6', 'Alt+L'].some(isCharacter)).toBe(false);
  });
});

describe('how it is shown', () => {
  it('is short on a key and whole for a reader', () => {
    expect(shownStroke('Shift+R')).toBe('⇧R');
    expect(shownStroke('ArrowDown')).toBe('↓');
    expect(shownStroke('Ctrl+K')).toBe('Ctrl+K');
    expect(ariaStroke('Ctrl+K')).toBe('Control+K');
  });
});
