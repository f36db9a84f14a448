import { beforeEach, describe, expect, it } from 'vitest';

import { clearDesk, closeSheet, openDialog, openFile, useDesk } from './desk';

const sheet = () => useDesk.getState().sheet;
const dialog = () => useDesk.getState().dialog;

describe('a sheet whose answer comes late', () => {
  beforeEach(() => {
    clearDesk();
    openFile('t1');
    openDialog('place');
  });

  it('is closed, when it is still open', () => {
    expect(closeSheet(sheet())).toBe(true);
    expect(dialog()).toBeNull();
  });

  it('closes no other sheet, nor another opening of its own kind', () => {
    const asked = sheet();
    for (const next of ['close', 'place'] as const) {
      openDialog(next);
      expect(closeSheet(asked)).toBe(false);
      expect(dialog()).toBe(next);
    }
  });

  it('closes no sheet of another ticket', () => {
    const asked = sheet();
    openFile('t2');
    openDialog('place');
    expect(closeSheet(asked)).toBe(false);
    expect(dialog()).toBe('place');
  });
});
