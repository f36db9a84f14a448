import { describe, expect, it } from 'vitest';

import { NOON } from '../testing/files';
import { pushOf, shownOf } from './push';

const OFFER = { what: 'offer', offer: 'o1', village: '步文村', minutes: 4, kind: 'sos', urgency: 1, deadline: new Date(NOON).toISOString() };

describe('a push', () => {
  it('says where and how far, and is replaced by its withdrawal', () => {
    const shown = shownOf(pushOf(JSON.stringify(OFFER)), 'zh', NOON - 10_000);
    expect(shown).toEqual({ title: '【新派单】请马上接单', body: '步文村 · 约 4 分钟路程，点开应答', tag: 'o1' });
    const gone = shownOf(pushOf(JSON.stringify({ ...OFFER, what: 'withdrawn' })), 'zh', NOON);
    expect(gone).toMatchObject({ title: '【任务取消】不用去了', tag: 'o1' });
    expect(shownOf(pushOf(JSON.stringify({ ...OFFER, what: 'withdrawn' })), 'en', NOON).title).toContain('CANCELLED');
  });

  it('that came late says so, unless the clock must be wrong', () => {
    const push = pushOf(JSON.stringify(OFFER));
    expect(shownOf(push, 'zh', NOON + 60_000).title).toBe('派单时间已过');
    expect(shownOf(push, 'zh', NOON + 3_600_000).title).toBe('【新派单】请马上接单');
  });

  it('that cannot be read still says that something is there', () => {
    for (const text of ['', 'null', '{"what":"tea"}', '{"what":"offer"}', '[]']) {
      expect(shownOf(pushOf(text), 'en', NOON).title, text).toBe('News from Silverbell');
    }
  });
});
