import { afterEach, describe, expect, it, vi } from 'vitest';

import { isTyping } from './typing';

/** A page without a browser: what has the focus is all that counts here. */
class Field {
  readonly type: string;
  readonly value: string;

  constructor(type: string, value: string) {
    this.type = type;
    this.value = value;
  }
}

function withFocus(field: Field): boolean {
  vi.stubGlobal('HTMLInputElement', Field);
  vi.stubGlobal('HTMLTextAreaElement', class {});
  vi.stubGlobal('document', { activeElement: field });
  return isTyping();
}

describe('an alarm waits for whoever types', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('and for no box that is only ticked: such a box always has a value', () => {
    expect(withFocus(new Field('text', '林')), 'a text').toBe(true);
    for (const type of ['checkbox', 'radio']) expect(withFocus(new Field(type, 'on')), type).toBe(false);
  });
});
