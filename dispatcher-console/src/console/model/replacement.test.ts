import { describe, expect, it } from 'vitest';

import { listed } from '../../shared/format';
import { en, zh } from '../i18n/languages';
import { REASON_MOST, REPLACE_REASONS, REPLACE_WORDS_MOST, reasonValue } from './replacement';

describe('the reason why somebody else goes', () => {
  it('is kept whole by the server, however much is written beside it', () => {
    for (const [lang, words] of [['zh', zh], ['en', en]] as const)
      for (const why of REPLACE_REASONS)
        expect(listed([words.replaceReason[why], '话'.repeat(REPLACE_WORDS_MOST)], lang).length).toBeLessThanOrEqual(REASON_MOST);
  });
});

describe('the reason of a candidate', () => {
  it('says the age of a position in minutes from the first on', () => {
    expect(reasonValue({ reason_code: 'stale', reason_value: 59 }, 'zh')).toBe('59 秒');
    expect(reasonValue({ reason_code: 'stale', reason_value: 376 }, 'zh')).toBe('6 分钟');
    expect(reasonValue({ reason_code: 'stale', reason_value: 376 }, 'en')).toBe('6 min');
  });

  it('leaves minutes of the way as they are, and says where there is no figure', () => {
    expect(reasonValue({ reason_code: 'outside_ring', reason_value: 70 }, 'zh')).toBe(70);
    expect(reasonValue({ reason_code: 'stale', reason_value: null }, 'zh')).toBe('?');
  });
});
