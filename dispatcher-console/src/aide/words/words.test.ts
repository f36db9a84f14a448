import { describe, expect, it } from 'vitest';

import { en } from './en';
import { keyFor, translator } from './words';
import { type WordKey, zh } from './zh';

function blanks(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').sort();
}

describe('the two dictionaries', () => {
  it('have the same keys', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
  });

  it('have the same blanks in each text, and no empty text', () => {
    for (const key of Object.keys(zh) as WordKey[]) {
      expect(blanks(en[key]), key).toEqual(blanks(zh[key]));
      expect(zh[key].trim(), key).not.toBe('');
      expect(en[key].trim(), key).not.toBe('');
    }
  });

  it('leave no Chinese in the English texts but the name of the other language', () => {
    for (const key of Object.keys(en) as WordKey[]) {
      if (key !== 'page.other_language') expect(en[key], key).not.toMatch(/[\u4e00-\u9fff]/);
    }
  });
});

describe('a text', () => {
  it('has its blanks filled', () => {
    expect(translator('zh')('job.age', { n: 82 })).toBe('82 岁');
    expect(translator('en')('waiting.title', { n: 2 })).toContain('2');
  });

  it('is found by a word of the server, or replaced when the word is new', () => {
    expect(keyFor('kind', 'fall', 'kind.other')).toBe('kind.fall');
    expect(keyFor('kind', 'earthquake', 'kind.other')).toBe('kind.other');
  });
});
