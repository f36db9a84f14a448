import { describe, expect, it } from 'vitest';

import { zh as aides } from '../../aide/words/zh';
import { en } from './en';
import { translator } from './words';
import { type LinkKey, zh } from './zh';

const blanks = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').sort();

describe('the words of the link', () => {
  it('are the same in both languages, with the same blanks and no empty text', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
    for (const key of Object.keys(zh) as LinkKey[]) {
      expect(blanks(en[key]), key).toEqual(blanks(zh[key]));
      expect(en[key].trim(), key).not.toBe('');
      expect(en[key], key).not.toMatch(/[一-鿿]/);
    }
  });

  it('hide none of the aide’s', () => {
    for (const key of Object.keys(zh)) expect(key in aides, key).toBe(false);
  });

  it('are filled, from either dictionary', () => {
    expect(translator('zh')('pending.step', { step: '出发' })).toBe('正在发送：出发');
    expect(translator('en')('job.age', { n: 82 })).toContain('82');
  });
});
