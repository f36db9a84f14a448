import { describe, expect, it, vi } from 'vitest';

import { at, device, NOON, stranger } from '../testing/samples';
import { wordsOf } from '../testing/render';
import { StrangerRow } from './UnknownDevices';
import { UnpressedRow } from './UnpressedDevices';

vi.mock('../state/now', () => ({ useNow: () => NOON + 42 * 60_000 }));

describe('the row of a stranger', () => {
  it('says what it is, since when, from where, and how to register it', () => {
    const words = wordsOf('zh', <StrangerRow device={stranger({ alarmed: true })} />);
    for (const part of ['手表 4700021791 报过警', '42 分钟前最近一次', '共 7 次', '来自 203.0.113.5'])
      expect(words).toContain(part);
    expect(words).toContain('silverbell device add --senior SENIOR_ID --protocol watch --id=4700021791');
  });

  it('says why one without a name cannot be registered', () => {
    expect(wordsOf('en', <StrangerRow device={stranger({ device: '' })} />)).toContain('It has told no name');
  });
});

describe('the row of a device without a test press', () => {
  it('says when it was pressed last, or never', () => {
    const row = (pressed_at: string | null): string =>
      wordsOf('zh', <UnpressedRow device={device({ pressed_at })} onOpenFile={() => undefined} />);
    expect(row(at(-41 * 86_400_000))).toContain('最近按键 41 天前');
    expect(row(null)).toContain('没有按过');
    expect(row(null)).toContain('陈桂兰 手表 861234567890123');
  });
});
