import { describe, expect, it } from 'vitest';

import { en } from './en';
import { type WordKey, zh } from './zh';

const blanks = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').sort();

describe('the two dictionaries of the card', () => {
  it('have the same keys, the same blanks and no empty text', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
    for (const key of Object.keys(zh) as WordKey[]) {
      expect(blanks(en[key]), key).toEqual(blanks(zh[key]));
      expect(zh[key].trim() !== '' && en[key].trim() !== '', key).toBe(true);
    }
  });

  it('leave no Chinese in the English texts but the name of the other language', () => {
    for (const key of Object.keys(en) as WordKey[]) {
      if (key !== 'page.other_language') expect(en[key], key).not.toMatch(/[\u4e00-\u9fff]/);
    }
  });
});
